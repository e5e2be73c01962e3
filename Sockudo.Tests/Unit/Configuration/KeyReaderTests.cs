using System.Collections;
using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Sockudo.Server.Configuration;
using Sockudo.Server.Configuration.Keys;
using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Unit.Configuration;

/// <summary>Each key of the table does something or says that it does not, and each key the server names is in the table.</summary>
public sealed partial class KeyReaderTests
{
    private static readonly Lazy<IReadOnlyList<(string Path, string Text)>> Sources = new(() =>
        [.. RepositoryLayout.SourceFiles("Sockudo.Server").Select(static file => (Path.GetRelativePath(RepositoryLayout.Root, file), File.ReadAllText(file)))]);

    private static readonly string[] Samples = ["true", "false", "7", "70000001", "http://x.example", "something", "/something", "660", "0.5", "json", "redis", "none", "https://x.example"];

    [Fact]
    public void Every_key_has_a_reader_or_a_notice()
    {
        var readers = string.Concat(Sources.Value.Where(static source => !source.Path.Contains("Configuration/Keys/", StringComparison.Ordinal)).Select(static source => source.Text));
        var unread = ConfigurationTable.Keys.Where(key => key is { Notice: null, IsForLater: false } && !Accepted(key) && !IsRead(key, readers)).Select(static key => key.Path);
        Assert.Empty(unread);
    }

    [Fact]
    public void Every_key_a_message_names_exists()
    {
        var invented = new List<string>();
        foreach (var (path, text) in Sources.Value)
        {
            var root = CSharpSyntaxTree.ParseText(text, new CSharpParseOptions(LanguageVersion.Preview), cancellationToken: TestContext.Current.CancellationToken).GetRoot(TestContext.Current.CancellationToken);
            var texts = root.DescendantNodes().OfType<LiteralExpressionSyntax>().Where(static literal => literal.IsKind(SyntaxKind.StringLiteralExpression)).Select(static literal => literal.Token.ValueText)
                .Concat(root.DescendantNodes().OfType<InterpolatedStringTextSyntax>().Select(static part => part.TextToken.ValueText));
            invented.AddRange(texts.Where(static literal => literal.Contains(' ', StringComparison.Ordinal)).SelectMany(KeysNamed.In).Where(static key => !KeysNamed.Exists(key)).Select(key => $"{path}: {key}"));
        }

        Assert.Equal("", string.Join('\n', invented));
    }

    // Its documentation says that it is accepted and what decides in its place.
    private static bool Accepted(ConfigurationKey<ServerConfiguration> key) => key.Doc.StartsWith("Accepted;", StringComparison.Ordinal) || key.Choice is { Choices.Count: 1 };

    private static bool IsRead(ConfigurationKey<ServerConfiguration> key, string readers)
    {
        if (Property(key) is { } property) return Regex.IsMatch(readers, $@"\.{property}\b") || Sources.Value.Any(source => source.Path.EndsWith("Options.cs", StringComparison.Ordinal) && Regex.Count(source.Text, $@"\b{property}\b") > 1);

        // Held: the path, or its end behind a section that is put in front of it.
        for (var path = key.Path; ; path = path[(path.IndexOfAny(['.', ':']) + 1)..])
        {
            if (readers.Contains($"\"{path}\"", StringComparison.Ordinal) || readers.Contains($"}}.{path}\"", StringComparison.Ordinal) || readers.Contains($"}}:{path}\"", StringComparison.Ordinal)) return true;
            if (path.IndexOfAny(['.', ':']) < 0) return key.Path.StartsWith("Aspire:", StringComparison.Ordinal) && AspireKeys.RedisOptions.Any(option => option.Property == path);
        }
    }

    // The property of an options class that another value of the key changes; null for a key that is held.
    private static string? Property(ConfigurationKey<ServerConfiguration> key)
    {
        var (before, after) = (new ServerConfiguration(), new ServerConfiguration());
        var isChanged = Samples.Any(text => key.TryApplyText(text, after) && key.Display(before) != key.Display(after));
        return isChanged ? Different(before, after) : null;
    }

    private static string? Different(object before, object after)
    {
        foreach (var property in before.GetType().GetProperties(BindingFlags.Instance | BindingFlags.Public).Where(static property => property.GetIndexParameters().Length == 0))
        {
            if (property.PropertyType == typeof(HeldValues)) continue;
            var (a, b) = (property.GetValue(before), property.GetValue(after));
            var isSection = a is not null && property.PropertyType.Namespace!.StartsWith("Sockudo", StringComparison.Ordinal) && property.PropertyType.IsClass && a is not IEnumerable;
            if (isSection)
            {
                if (Different(a!, b!) is { } inner) return inner;
            }
            else if (property.CanWrite && !Equals(a, b) && !(a is IEnumerable<string> x && b is IEnumerable<string> y && x.SequenceEqual(y)))
            {
                return property.Name;
            }
        }

        return null;
    }
}
