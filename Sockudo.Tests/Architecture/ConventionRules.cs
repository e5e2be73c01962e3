using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Sockudo.Tests.Architecture;

/// <summary>Conventions no analyzer sees. Each rule yields one line per breach.</summary>
internal static partial class ConventionRules
{
    internal const int MaxLines = 300;

    internal static IEnumerable<string> NamespaceIsFolder(string project, SourceFile file)
    {
        var expected = string.Join('.', [project, .. file.Folders]);
        return file.Namespaces
            .Where(name => name != expected)
            .Select(name => $"{file.Path}: namespace {name}, expected {expected}");
    }

    internal static IEnumerable<string> FileIsNamedAfterItsType(SourceFile file)
    {
        var types = file.TopLevelTypes.Select(SourceFile.NameOf).ToArray();
        return types.Length == 0 || types.Contains(file.Subject) || file.FileName == "Program.cs"
            ? []
            : [$"{file.Path}: declares {string.Join(", ", types)}, none is {file.Subject}"];
    }

    internal static IEnumerable<string> NoGlobalUsingOfOurs(SourceFile file) =>
        file.Usings
            .Where(directive => !directive.GlobalKeyword.IsKind(SyntaxKind.None) && directive.ToString().Contains("Sockudo", StringComparison.Ordinal))
            .Select(directive => $"{file.Path}: {directive}");

    internal static IEnumerable<string> FileIsShort(SourceFile file) =>
        file.Lines <= MaxLines ? [] : [$"{file.Path}: {file.Lines} lines, at most {MaxLines}: split it by noun or verb"];

    /// <summary>A result that is taken after the same method has asked whether it is there blocks nobody.</summary>
    internal static IEnumerable<string> NothingBlocksOnATask(SourceFile file) =>
        file.Nodes<MemberAccessExpressionSyntax>()
            .Where(node => node.Name.Identifier.Text is "Result" or "GetResult"
                || (node.Name.Identifier.Text == "Wait" && node.Parent is InvocationExpressionSyntax))
            .Where(node => !AsksBefore(node))
            .Select(node => $"{file.Path}:{SourceFile.LineOf(node)}: {node}");

    internal static IEnumerable<string> NoAsyncVoid(SourceFile file) =>
        file.Nodes<MethodDeclarationSyntax>()
            .Where(method => method.Modifiers.Any(SyntaxKind.AsyncKeyword) && method.ReturnType.ToString() == "void")
            .Select(method => $"{file.Path}:{SourceFile.LineOf(method)}: async void {method.Identifier}");

    internal static IEnumerable<string> TimeComesFromTimeProvider(SourceFile file) =>
        file.Nodes<MemberAccessExpressionSyntax>()
            .Where(node => node.ToString() is "DateTime.Now" or "DateTime.UtcNow" or "DateTime.Today"
                or "DateTimeOffset.Now" or "DateTimeOffset.UtcNow")
            .Select(node => $"{file.Path}:{SourceFile.LineOf(node)}: {node}");

    internal static IEnumerable<string> TypesAreInternal(SourceFile file) =>
        file.TopLevelTypes
            .Where(type => type.Modifiers.Any(SyntaxKind.PublicKeyword))
            .Select(type => $"{file.Path}:{SourceFile.LineOf(type)}: public {SourceFile.NameOf(type)}");

    internal static IEnumerable<string> NamesSayWhatIsInside(SourceFile file) =>
        file.TopLevelTypes.Select(SourceFile.NameOf)
            .Where(name => VagueName().IsMatch(name))
            .Select(name => $"{file.Path}: {name} is named after no noun or verb of the field");

    internal static IEnumerable<string> OptionsAreDocumented(SourceFile file) =>
        file.Nodes<PropertyDeclarationSyntax>()
            .Where(property => property.Parent is ClassDeclarationSyntax type
                && type.Identifier.Text.EndsWith("Options", StringComparison.Ordinal)
                && !property.Modifiers.Any(SyntaxKind.PrivateKeyword)
                && !property.GetLeadingTrivia().Any(trivia => trivia.HasStructure))
            .Select(property => $"{file.Path}:{SourceFile.LineOf(property)}: {property.Identifier} has no docstring (meaning, unit, default)");

    /// <summary>A lock file that names where a package came from ties every checkout to one registry.</summary>
    internal static IEnumerable<string> LockFileNamesNoRegistry(string path, string text) =>
        ResolvedEntry().Count(text) is var count and > 0 ? [$"{path}: {count} entries with \"resolved\""] : [];

    /// <summary>A skipped test says why, in words.</summary>
    internal static IEnumerable<string> SkipsHaveAReason(SourceFile file) =>
        file.Nodes<AttributeArgumentSyntax>()
            .Where(argument => argument.NameEquals?.Name.Identifier.Text is "Skip"
                && argument.Expression is not LiteralExpressionSyntax { Token.ValueText.Length: >= 20 })
            .Select(argument => $"{file.Path}:{SourceFile.LineOf(argument)}: {argument}");

    private static bool AsksBefore(MemberAccessExpressionSyntax node)
    {
        var task = node.Expression.ToString().Replace(".GetAwaiter()", "", StringComparison.Ordinal);
        var member = node.FirstAncestorOrSelf<MemberDeclarationSyntax>();
        return member?.ToString().Contains($"{task}.IsCompleted", StringComparison.Ordinal) == true;
    }

    [GeneratedRegex("(Helper|Helpers|Utils|Util|Part2|Misc)$")]
    private static partial Regex VagueName();

    [GeneratedRegex("^\\s*\"resolved\":", RegexOptions.Multiline)]
    private static partial Regex ResolvedEntry();
}
