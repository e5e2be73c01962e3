using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Sockudo.Tests.Cluster.Snippets;

/// <summary>
/// Puts loopback addresses in place of a snippet's host names and ports, and this machine's files in place of its paths. Nothing
/// else changes. A snippet that leaves the broker at its default address gets the port added.
/// </summary>
internal sealed partial class SnippetPlacement(SnippetBroker? broker, string unixSocket)
{
    private int _placed;

    public Snippet Place(Snippet snippet)
    {
        _placed = 0;
        var file = snippet.File?.DeepClone().AsObject();
        if (file is not null) Place(file);
        var environment = snippet.Environment.ToDictionary(static pair => pair.Key, pair => Place(pair.Key, pair.Value));
        if (broker is not null && _placed == 0) environment["DATABASE_REDIS_PORT"] = Next();

        // The page says so in the heading above the URL.
        if (environment.ContainsKey("REDIS_URL") && file is null) environment.TryAdd("ADAPTER_DRIVER", "redis");
        return snippet with { File = file, Environment = environment };
    }

    private void Place(JsonObject section)
    {
        foreach (var (name, value) in section.ToArray())
        {
            switch (value)
            {
                case JsonObject child:
                    Place(child);
                    break;
                case JsonArray items:
                    for (var i = 0; i < items.Count; i++)
                    {
                        if (items[i] is JsonObject item) Place(item);
                        else items[i] = Addresses(items[i]!.GetValue<string>());
                    }

                    break;
                default:
                    if (Replaced(name) is { } replaced) section[name] = replaced;
                    break;
            }
        }
    }

    private JsonNode? Replaced(string name) => name switch
    {
        "host" => "127.0.0.1",
        "port" => int.Parse(Next(), CultureInfo.InvariantCulture),
        "path" => unixSocket,
        "ca_file" => broker!.Certificates!.CaFile,
        "certificate_file" => broker!.Certificates!.ClientFile,
        "key_file" => broker!.Certificates!.ClientKeyFile,
        "credentials_file" => broker!.CredentialsFile,
        _ => null,
    };

    private string Place(string variable, string value) => variable switch
    {
        "UNIX_SOCKET_PATH" => unixSocket,
        _ when variable.EndsWith("_HOST", StringComparison.Ordinal) => "127.0.0.1",
        _ when variable.EndsWith("_PORT", StringComparison.Ordinal) => Next(),
        "REDIS_URL" => Addresses(value).Replace("/db", "/3", StringComparison.Ordinal),
        _ when variable.EndsWith("_NODES", StringComparison.Ordinal) || variable.EndsWith("_SERVERS", StringComparison.Ordinal) => Addresses(value),
        _ => value,
    };

    private string Addresses(string text) => Address().Replace(text, _ => "127.0.0.1:" + Next());

    private string Next() => broker!.Ports[_placed++ % broker.Ports.Count].ToString(CultureInfo.InvariantCulture);

    // Behind the credentials: "username:password" looks like an address too.
    [GeneratedRegex(@"(?<=^|//|@|,)[a-z][\w.-]*:(port\d?|\d+)(?![^,]*@)")]
    private static partial Regex Address();
}
