using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Sockudo.Tests.Infrastructure;

namespace Sockudo.Tests.Architecture;

/// <summary>A C# source file, parsed. Comments and strings are no code here.</summary>
/// <param name="Path">Relative to its project, with slashes: <c>Channels/Channel.cs</c>.</param>
internal sealed record SourceFile(string Path, string Text)
{
    private readonly CompilationUnitSyntax _root =
        CSharpSyntaxTree.ParseText(Text, new CSharpParseOptions(LanguageVersion.Preview)).GetCompilationUnitRoot();

    /// <summary>Folder parts below the project; empty for a file in its root.</summary>
    internal string[] Folders => Path.Split('/')[..^1];

    internal string FileName => System.IO.Path.GetFileName(Path);

    /// <summary>The file's name up to the first dot: <c>Channel</c> of <c>Channel.Publish.cs</c>.</summary>
    internal string Subject => FileName.Split('.')[0];

    internal int Lines => Text.AsSpan().TrimEnd('\n').Count('\n') + 1;

    internal IEnumerable<UsingDirectiveSyntax> Usings => Nodes<UsingDirectiveSyntax>();

    internal IEnumerable<string> Namespaces => Nodes<BaseNamespaceDeclarationSyntax>().Select(node => node.Name.ToString());

    /// <summary>Types that are not nested in another.</summary>
    internal IEnumerable<MemberDeclarationSyntax> TopLevelTypes => _root.DescendantNodes(node => node is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax)
        .OfType<MemberDeclarationSyntax>()
        .Where(node => node is BaseTypeDeclarationSyntax or DelegateDeclarationSyntax);

    internal IEnumerable<TNode> Nodes<TNode>()
        where TNode : SyntaxNode =>
        _root.DescendantNodes().OfType<TNode>();

    internal static string NameOf(MemberDeclarationSyntax type) =>
        type is DelegateDeclarationSyntax declaration ? declaration.Identifier.Text : ((BaseTypeDeclarationSyntax)type).Identifier.Text;

    internal static int LineOf(SyntaxNode node) => node.GetLocation().GetLineSpan().StartLinePosition.Line + 1;

    /// <summary>All source files of a project.</summary>
    internal static IReadOnlyList<SourceFile> Of(string project)
    {
        var root = System.IO.Path.Combine(RepositoryLayout.Root, project);
        return [.. RepositoryLayout.SourceFiles(project).Select(path =>
            new SourceFile(System.IO.Path.GetRelativePath(root, path).Replace('\\', '/'), File.ReadAllText(path)))];
    }
}
