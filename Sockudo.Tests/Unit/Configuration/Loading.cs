using Sockudo.Server.Configuration;

namespace Sockudo.Tests.Unit.Configuration;

/// <summary>Loads a configuration in a directory of its own, which is gone afterwards.</summary>
internal static class Loading
{
    /// <summary>A file with nothing but an app, so that Production starts.</summary>
    public const string OneApp = """{ "app_manager": { "array": { "apps": [ { "id": "shop", "key": "shop-key", "secret": "shop-secret" } ] } } }""";

    /// <summary>Loads <paramref name="json"/> as config/config.json with some variables.</summary>
    public static ConfigurationResult Load(
        string? json = OneApp, IReadOnlyDictionary<string, string>? environment = null, string environmentName = "Production",
        string? named = null, string? urls = null, Action<string>? prepare = null, bool isWindows = false)
    {
        var directory = Directory.CreateTempSubdirectory("sockudo-configuration-").FullName;
        try
        {
            Directory.CreateDirectory(Path.Combine(directory, "config"));
            if (json is not null) File.WriteAllText(Path.Combine(directory, ConfigurationLoader.DefaultFile), json);
            if (named is not null) File.WriteAllText(Path.Combine(directory, "other.json"), named);
            prepare?.Invoke(directory);
            return ConfigurationLoader.Load(new(directory, environment ?? new Dictionary<string, string>(), environmentName, named is null ? null : "other.json", urls) { IsWindows = isWindows });
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    /// <summary>Variables from pairs.</summary>
    public static Dictionary<string, string> Variables(params (string Name, string Value)[] pairs) => pairs.ToDictionary(pair => pair.Name, pair => pair.Value);

    /// <summary>A file that sets one key beside an app; the value is JSON.</summary>
    public static string FileWith(string path, string value)
    {
        var segments = path.Split('.');
        var text = value;
        for (var i = segments.Length - 1; i > 0; i--) text = $"{{ \"{segments[i]}\": {text} }}";
        return segments[0] == "app_manager"
            ? $"{{ \"app_manager\": {text[..^1]}, \"array\": {{ \"apps\": [ {{ \"id\": \"shop\", \"key\": \"shop-key\", \"secret\": \"shop-secret\" }} ] }} }} }}"
            : $"{OneApp[..^1]}, \"{segments[0]}\": {text} }}";
    }

    /// <summary>A file with one app that has the given members beside its credentials.</summary>
    public static string App(string members) =>
        $$"""{ "app_manager": { "array": { "apps": [ { "id": "shop", "key": "shop-key", "secret": "shop-secret", {{members}} } ] } } }""";
}
