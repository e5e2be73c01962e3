namespace Sockudo.Tests.Infrastructure;

/// <summary>Where things are in the checkout the tests were built from.</summary>
public static class RepositoryLayout
{
    /// <summary>The folder that holds <c>Sockudo.sln</c>.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The server that was built with these tests: same configuration, same target framework.</summary>
    public static string ServerAssembly { get; } = FindServerAssembly();

    /// <summary>The folder of the real clients (<c>*.mjs</c> and their <c>node_modules</c>).</summary>
    public static string Clients => Path.Combine(Root, "Sockudo.Tests", "Clients");

    /// <summary>Source files below <paramref name="project"/>, without build output.</summary>
    public static IEnumerable<string> SourceFiles(string project) =>
        Directory.EnumerateFiles(Path.Combine(Root, project), "*.cs", SearchOption.AllDirectories)
            .Where(path => !IsBuildOutput(Path.GetRelativePath(Root, path)))
            .Order(StringComparer.Ordinal);

    private static bool IsBuildOutput(string relativePath) =>
        relativePath.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj" or "node_modules");

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Sockudo.sln")))
                return folder.FullName;
        throw new InvalidOperationException($"No Sockudo.sln above {AppContext.BaseDirectory}.");
    }

    private static string FindServerAssembly()
    {
        // .../Sockudo.Tests/bin/<configuration>/<framework>/
        var framework = new DirectoryInfo(AppContext.BaseDirectory);
        var configuration = framework.Parent!.Name;
        return Path.Combine(Root, "Sockudo.Server", "bin", configuration, framework.Name, "Sockudo.Server.dll");
    }
}
