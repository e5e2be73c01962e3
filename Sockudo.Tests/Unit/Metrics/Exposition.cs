using System.Globalization;
using System.Text.RegularExpressions;

namespace Sockudo.Tests.Unit.Metrics;

/// <summary>
/// A scrape in Prometheus' text format 0.0.4, parsed without mercy: what a real server would tolerate or guess is an error here.
/// Written from the format's description alone, so that a mistake of the writer is not repeated by its reader.
/// </summary>
internal sealed partial class Exposition
{
    private readonly Dictionary<string, ExpositionFamily> _families = new(StringComparer.Ordinal);
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private ExpositionFamily? _current;

    private Exposition()
    {
    }

    public IReadOnlyDictionary<string, ExpositionFamily> Families => _families;

    public IEnumerable<ExpositionSample> Samples => _families.Values.SelectMany(static family => family.Samples);

    /// <summary>Parses a scrape; throws <see cref="FormatException"/> naming the line that breaks the format.</summary>
    public static Exposition Parse(string text)
    {
        if (!text.EndsWith('\n'))
        {
            throw new FormatException("the last line has no line feed");
        }

        var exposition = new Exposition();
        foreach (var line in text[..^1].Split('\n'))
        {
            exposition.Take(line);
        }

        return exposition;
    }

    /// <summary>The value of the one sample with this name and exactly these labels.</summary>
    public double Value(string name, params (string Name, string Value)[] labels) =>
        Samples.Single(sample => sample.Name == name && sample.Labels.Count == labels.Length
            && labels.All(label => sample.Labels.GetValueOrDefault(label.Name) == label.Value)).Value;

    private void Take(string line)
    {
        if (HelpLine().Match(line) is { Success: true } help)
        {
            var family = new ExpositionFamily(help.Groups["name"].Value, Unescape(help.Groups["text"].Value, "\\n"));
            Require(_families.TryAdd(family.Name, family), line, "a second HELP of one name");
            _current = family;
        }
        else if (TypeLine().Match(line) is { Success: true } type)
        {
            Require(_current is { Type: "" } && _current.Name == type.Groups["name"].Value, line, "TYPE does not follow its HELP");
            _current!.Type = type.Groups["type"].Value;
        }
        else
        {
            TakeSample(line);
        }
    }

    private void TakeSample(string line)
    {
        var match = SampleLine().Match(line);
        Require(match.Success, line, "neither HELP, TYPE nor sample");
        Require(_current is { Type.Length: > 0 }, line, "a sample before TYPE");

        var name = match.Groups["name"].Value;
        var suffix = name.StartsWith(_current!.Name, StringComparison.Ordinal) ? name[_current.Name.Length..] : "?";
        var allowed = _current.Type == "histogram" ? suffix is "_bucket" or "_sum" or "_count" : suffix.Length == 0;
        Require(allowed, line, $"the sample is not of the family {_current.Name}");

        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        var rest = match.Groups["labels"].Value;
        while (rest.Length > 0)
        {
            var label = Label().Match(rest);
            Require(label.Success, line, "a label that is none");
            Require(labels.TryAdd(label.Groups["name"].Value, Unescape(label.Groups["value"].Value, "\\n\"")), line, "a label twice");
            rest = rest[label.Length..];
            Require(rest.Length == 0 || rest[0] == ',', line, "labels not separated by a comma");
            rest = rest.Length == 0 ? rest : rest[1..];
        }

        Require(labels.ContainsKey("le") == (suffix == "_bucket"), line, "le belongs to buckets and to nothing else");
        Require(_seen.Add(name + "|" + string.Join('|', labels.OrderBy(static pair => pair.Key, StringComparer.Ordinal))), line, "a series twice");
        _current.Samples.Add(new ExpositionSample(name, labels, Number(match.Groups["value"].Value, line)));
    }

    private static double Number(string text, string line) => text switch
    {
        "+Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        "NaN" => double.NaN,
        _ => double.TryParse(text, NumberStyles.Float & ~NumberStyles.AllowLeadingWhite & ~NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var value)
            && double.IsFinite(value)
            ? value
            : throw new FormatException($"'{text}' is no number: {line}"),
    };

    private static string Unescape(string text, string escapable)
    {
        var plain = new System.Text.StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\')
            {
                plain.Append(text[i]);
                continue;
            }

            i++;
            Require(i < text.Length && escapable.Contains(text[i], StringComparison.Ordinal), text, "an escape the format does not know");
            plain.Append(text[i] == 'n' ? '\n' : text[i]);
        }

        return plain.ToString();
    }

    private static void Require(bool holds, string line, string what)
    {
        if (!holds)
        {
            throw new FormatException($"{what}: {line}");
        }
    }

    [GeneratedRegex(@"\A# HELP (?<name>[a-zA-Z_:][a-zA-Z0-9_:]*) (?<text>.*)\z")]
    private static partial Regex HelpLine();

    [GeneratedRegex(@"\A# TYPE (?<name>[a-zA-Z_:][a-zA-Z0-9_:]*) (?<type>counter|gauge|histogram)\z")]
    private static partial Regex TypeLine();

    [GeneratedRegex(@"\A(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?<labels>.+)\})? (?<value>[^ ]+)\z")]
    private static partial Regex SampleLine();

    [GeneratedRegex(@"\A(?<name>[a-zA-Z_][a-zA-Z0-9_]*)=""(?<value>([^""\\]|\\.)*)""")]
    private static partial Regex Label();
}
