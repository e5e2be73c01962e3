using System.Text.Json;
using Sockudo.Server.Configuration.Apps;

namespace Sockudo.Server.Configuration;

/// <summary>Reads a configuration file: JSON, where comments and a comma behind the last item are fine too.</summary>
internal static class FileReader
{
    private const string ClusterHealth = "cluster_health";
    private const string AdapterClusterHealth = "adapter.cluster_health";

    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>Reads a file into the state; every error is collected, none stops the reading of the rest.</summary>
    /// <param name="path">The file's path.</param>
    /// <param name="shownAs">How messages name it.</param>
    /// <param name="state">Where values go.</param>
    public static void Read(string path, string shownAs, LoadState state)
    {
        state.File = shownAs;
        try
        {
            // Editors on Windows like a byte order mark, which JSON forbids.
            var bytes = File.ReadAllBytes(path).AsMemory();
            if (bytes.Span.StartsWith("\uFEFF"u8)) bytes = bytes[3..];
            using var document = JsonDocument.Parse(bytes, Lenient);
            ReadRoot(document.RootElement, ValueOrigin.File(shownAs), state);
        }
        catch (JsonException exception)
        {
            state.FileFailed = true;
            state.Error(shownAs, $"is not JSON at line {exception.LineNumber + 1}, column {exception.BytePositionInLine + 1}: {Reason(exception)}", ValueOrigin.Default);
        }
        catch (InvalidOperationException)
        {
            // The only thing a reader of JSON elements refuses this late: half of a surrogate pair.
            state.FileFailed = true;
            state.Error(shownAs, "contains text that is not Unicode: half of a surrogate pair", ValueOrigin.Default);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            state.FileFailed = true;
            var reason = exception is FileNotFoundException or DirectoryNotFoundException ? "there is no such file" : exception.Message.TrimEnd('.');
            state.Error(shownAs, $"cannot be read: {reason}", ValueOrigin.Default);
        }
    }

    private static void ReadRoot(JsonElement root, ValueOrigin file, LoadState state)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            state.FileFailed = true;
            state.Error(file.Name, $"expected an object, found {JsonFound.Describe(root)}", ValueOrigin.Default);
            return;
        }

        ReadObject(root, "", root, file, state);
    }

    private static void ReadObject(JsonElement element, string prefix, JsonElement root, ValueOrigin file, LoadState state)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var property in element.EnumerateObject())
        {
            var path = prefix + property.Name;
            if (!seen.Add(property.Name)) state.Warn($"{path} stands twice in {file}; the last one counts.", "remove one.");
            ReadProperty(property.Value, path, root, file, state);
        }
    }

    private static void ReadProperty(JsonElement value, string path, JsonElement root, ValueOrigin file, LoadState state)
    {
        if (path == ClusterHealth || path.StartsWith(ClusterHealth + ".", StringComparison.Ordinal))
        {
            // The original's variables end up in this copy, its adapters read the other one; here both mean the same.
            if (HasAdapterClusterHealth(root))
            {
                state.Warn($"cluster_health ({file}) is ignored: adapter.cluster_health is there too.", "keep adapter.cluster_health only.");
                return;
            }

            if (path == ClusterHealth && value.ValueKind == JsonValueKind.Object)
            {
                ReadObject(value, AdapterClusterHealth + ".", root, file, state);
                return;
            }
        }

        if (path == ConfigurationTable.AppsPath)
        {
            state.InFile.Add(path);
            state.Apps.Clear();
            AppReader.Read(value, file, state);
        }
        else if (ConfigurationTable.ByPath.TryGetValue(path, out var key))
        {
            state.InFile.Add(key.Path);
            if (key.TryApplyJson(value, state.Configuration)) state.Origins[key.Path] = file;
            else state.Error(path, key.Refusal(value), file);
        }
        else if (ConfigurationTable.Objects.Contains(path) || path == ClusterHealth)
        {
            state.InFile.Add(path);
            if (value.ValueKind == JsonValueKind.Object) ReadObject(value, path + ".", root, file, state);
            else if (!(path == "logging" && value.ValueKind == JsonValueKind.Null)) state.Error(path, $"expected an object, found {JsonFound.Describe(value)}", file);
        }
        else
        {
            UnknownKeys.OfFile(path, value, file, state);
        }
    }

    private static bool HasAdapterClusterHealth(JsonElement root) =>
        root.TryGetProperty("adapter", out var adapter) && adapter.ValueKind == JsonValueKind.Object && adapter.TryGetProperty(ClusterHealth, out _);

    private static string Reason(JsonException exception)
    {
        var text = exception.Message;
        var end = text.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return (end < 0 ? text : text[..end]).TrimEnd('.', ' ');
    }
}
