using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Architecture;

/// <summary>The checkout keeps the conventions no analyzer sees.</summary>
public sealed class ConventionTests
{
    private static readonly Lazy<IReadOnlyList<SourceFile>> Server = new(() => SourceFile.Of("Sockudo.Server"));
    private static readonly Lazy<IReadOnlyList<SourceFile>> Tests = new(() => SourceFile.Of("Sockudo.Tests"));

    [Fact]
    public void A_namespace_is_its_folder() =>
        None([
            .. Server.Value.SelectMany(file => ConventionRules.NamespaceIsFolder("Sockudo.Server", file)),
            .. Tests.Value.SelectMany(file => ConventionRules.NamespaceIsFolder("Sockudo.Tests", file)),
        ]);

    [Fact]
    public void A_file_is_named_after_its_type() =>
        None([.. Server.Value.Concat(Tests.Value).SelectMany(ConventionRules.FileIsNamedAfterItsType)]);

    [Fact]
    public void No_global_using_hides_an_arrow_of_ours() =>
        None([.. Server.Value.Concat(Tests.Value).SelectMany(ConventionRules.NoGlobalUsingOfOurs)]);

    [Fact]
    public void A_file_of_the_server_has_at_most_300_lines() => None([.. Server.Value.SelectMany(ConventionRules.FileIsShort)]);

    [Fact]
    public void The_server_never_blocks_on_a_task() => None([.. Server.Value.SelectMany(ConventionRules.NothingBlocksOnATask)]);

    [Fact]
    public void The_server_has_no_async_void() => None([.. Server.Value.SelectMany(ConventionRules.NoAsyncVoid)]);

    [Fact]
    public void The_server_takes_the_time_from_TimeProvider() =>
        None([.. Server.Value.SelectMany(ConventionRules.TimeComesFromTimeProvider)]);

    [Fact]
    public void The_types_of_the_server_are_internal() => None([.. Server.Value.SelectMany(ConventionRules.TypesAreInternal)]);

    [Fact]
    public void A_class_of_the_server_nobody_derives_from_is_sealed()
    {
        var types = typeof(Sockudo.Server.Gateway.GatewayOptions).Assembly.GetTypes();
        var bases = types.Select(type => type.BaseType).OfType<Type>()
            .Select(type => type.IsGenericType ? type.GetGenericTypeDefinition() : type)
            .ToHashSet();
        None([
            .. types
                .Where(type => type.Namespace?.StartsWith("Sockudo.Server", StringComparison.Ordinal) == true && type.IsClass)
                .Where(type => !type.IsSealed && !type.IsAbstract && !bases.Contains(type))
                .Where(type => !type.Name.Contains('<', StringComparison.Ordinal))
                .Select(type => $"{type.FullName} is neither sealed nor derived from"),
        ]);
    }

    [Fact]
    public void No_type_of_the_server_is_called_a_helper() => None([.. Server.Value.SelectMany(ConventionRules.NamesSayWhatIsInside)]);

    [Fact]
    public void Each_option_says_its_meaning() => None([.. Server.Value.SelectMany(ConventionRules.OptionsAreDocumented)]);

    [Fact]
    public void A_lock_file_names_no_registry() =>
        None([
            .. Directory.EnumerateFiles(RepositoryLayout.Root, "package-lock.json", SearchOption.AllDirectories)
                .Select(path => Path.GetRelativePath(RepositoryLayout.Root, path))
                .Where(path => !path.Contains("node_modules", StringComparison.Ordinal))
                .SelectMany(path => ConventionRules.LockFileNamesNoRegistry(path, File.ReadAllText(Path.Combine(RepositoryLayout.Root, path)))),
        ]);

    [Fact]
    public void A_skipped_test_says_why() => None([.. Tests.Value.SelectMany(ConventionRules.SkipsHaveAReason)]);

    private static void None(IReadOnlyList<string> breaches) => Assert.True(breaches.Count == 0, string.Join('\n', breaches));
}
