using System.Text.Json;

namespace Sockudo.Server.Configuration.Values;

/// <summary>One word of a fixed set, in any case, with other spellings. A wrong driver stops the start wherever it stands.</summary>
/// <param name="choices">The words.</param>
/// <param name="available">Those this build has; the others are known and refused by name. Null is all.</param>
/// <param name="lenient">Whether a wrong word in a variable is only a warning: for choices without consequence.</param>
/// <param name="aliases">Other spellings and the word each means.</param>
internal sealed class ChoiceFormat(string[] choices, string[]? available = null, bool lenient = false, params (string Alias, string Choice)[] aliases) : ValueFormat<string>
{
    /// <summary>Every word the original knows.</summary>
    public IReadOnlyList<string> Choices => choices;

    /// <summary>The words this build offers.</summary>
    public IReadOnlyList<string> Available => available ?? choices;

    public override string TypeName => "choice";

    public override string Expected => "one of " + string.Join(", ", choices);

    public override bool WrongTextIsError => !lenient;

    public override bool TryReadJson(JsonElement element, out string value)
    {
        value = "";
        return element.ValueKind == JsonValueKind.String && TryReadText(element.GetString()!, out value);
    }

    public override bool TryReadText(string text, out string value)
    {
        var lowered = text.Trim().ToLowerInvariant();
        foreach (var (alias, choice) in aliases)
        {
            if (alias == lowered) lowered = choice;
        }

        value = lowered;
        return Array.IndexOf(choices, lowered) >= 0;
    }

    public override string Display(string value) => value;
}
