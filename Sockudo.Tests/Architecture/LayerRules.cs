using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Sockudo.Tests.Architecture;

/// <summary>Finds the arrows that <see cref="LayerTable"/> does not allow, in given sources.</summary>
internal static class LayerRules
{
    private const string Root = "Sockudo.Server";

    /// <summary>One line per forbidden arrow, with the file and the offending text.</summary>
    internal static IReadOnlyList<string> Violations(IReadOnlyList<SourceFile> files)
    {
        var types = files
            .SelectMany(file => file.TopLevelTypes.Select(type => (Folder: string.Join('.', file.Folders), Name: SourceFile.NameOf(type))))
            .ToHashSet();
        return [.. files.SelectMany(file => Violations(file, types))];
    }

    private static IEnumerable<string> Violations(SourceFile file, HashSet<(string Folder, string Name)> types)
    {
        var folders = file.Folders;
        if (folders.Length == 0)
            return file.FileName == "Program.cs" ? [] : [$"{file.Path}: only Program.cs lives in the project's root"];
        if (LayerTable.CompositionRoot.Contains(folders[0]) || folders[0] == "Properties")
            return [];
        if (!LayerTable.MayUse.ContainsKey(folders[0]))
            return [$"{file.Path}: the folder {folders[0]} is not in the table of layers"];

        return Uses(file, types)
            .Where(use => Forbidden(folders, use.Folders))
            .Select(use => $"{file.Path}:{use.Line}: {folders[0]} may not use {string.Join('/', use.Folders)}: {use.Text}")
            .Distinct();
    }

    private static bool Forbidden(string[] from, string[] to)
    {
        if (to[0] == from[0])
        {
            // X never uses X/Redis; X/Redis uses X, and what is beside it is its own affair.
            return LayerTable.WithDrivers.Contains(from[0]) && from.Length == 1 && to.Length > 1;
        }

        return !LayerTable.MayUse[from[0]].Contains(to[0]) || (to.Length > 1 && LayerTable.WithDrivers.Contains(to[0]));
    }

    /// <summary>What a file uses: by <c>using</c>, by full name, and by a name relative to <c>Sockudo.Server</c> (<c>Apps.App</c>).</summary>
    private static IEnumerable<(string[] Folders, int Line, string Text)> Uses(SourceFile file, HashSet<(string Folder, string Name)> types)
    {
        foreach (var directive in file.Usings)
        {
            if (directive.NamespaceOrType is { } name && FoldersOf(name.ToString(), types) is { } folders)
                yield return (folders, SourceFile.LineOf(directive), directive.ToString());
        }

        var names = file.Nodes<SyntaxNode>().Where(node =>
            node is QualifiedNameSyntax or MemberAccessExpressionSyntax
            && node.Parent is not (QualifiedNameSyntax or MemberAccessExpressionSyntax or BaseNamespaceDeclarationSyntax or UsingDirectiveSyntax));
        foreach (var name in names)
        {
            if (FoldersOf(name.ToString(), types) is { } folders)
                yield return (folders, SourceFile.LineOf(name), name.ToString().Split('\n')[0]);
        }
    }

    /// <summary>The folder a dotted name points into; null when it is none of ours.</summary>
    private static string[]? FoldersOf(string name, HashSet<(string Folder, string Name)> types)
    {
        var parts = name.Replace("global::", "", StringComparison.Ordinal).Split('.', StringSplitOptions.TrimEntries);
        if (parts.Length > 2 && $"{parts[0]}.{parts[1]}" == Root)
            return Known(parts[2..], types) ?? [parts[2]];

        // Relative: only when a type of that name is there, since Channels.Count is more often a property's property.
        return parts.Length > 1 && LayerTable.MayUse.ContainsKey(parts[0]) ? Known(parts, types) : null;
    }

    /// <summary>The longest leading part that is a folder with sources of which the next part, when there is one, is a type.</summary>
    private static string[]? Known(string[] parts, HashSet<(string Folder, string Name)> types)
    {
        for (var length = Math.Min(parts.Length, 3); length > 0; length--)
        {
            var folder = string.Join('.', parts[..length]);
            if (length == parts.Length
                ? types.Any(type => type.Folder == folder)
                : types.Contains((folder, parts[length].Split('<')[0].TrimEnd('?', '!'))))
                return parts[..length];
        }

        return null;
    }
}
