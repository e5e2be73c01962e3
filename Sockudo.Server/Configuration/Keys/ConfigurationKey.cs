using System.Text.Json;
using Sockudo.Server.Configuration.Values;

namespace Sockudo.Server.Configuration.Keys;

/// <summary>One key of the configuration: its names, type, meaning and the property it fills. Immutable, thread-safe.</summary>
/// <typeparam name="TTarget">The object the key writes to: the whole configuration, or one app.</typeparam>
internal abstract class ConfigurationKey<TTarget>(string path)
{
    /// <summary>The full path in the file, such as <c>websocket.max_messages</c>; of an app's property its name.</summary>
    public string Path => path;

    /// <summary>Environment variables in the order they are applied: the last one set wins.</summary>
    public IReadOnlyList<string> Variables { get; init; } = [];

    /// <summary>The unit, empty for none.</summary>
    public string Unit { get; init; } = "";

    /// <summary>What the key does, one or two sentences.</summary>
    public required string Doc { get; init; }

    /// <summary>How much of the value may be shown.</summary>
    public Secrecy Secrecy { get; init; }

    /// <summary>Why the key has another effect than a reader expects; null when it does what <see cref="Doc"/> says.</summary>
    public KeyNotice? Notice { get; init; }

    /// <summary>Whether the value is kept for a driver or feature that is not in this build.</summary>
    public bool IsForLater { get; init; }

    /// <summary>Whether the key restricts, so that it is never ignored: see <see cref="RestrictingKeys"/>.</summary>
    public bool Restricts => Notice is null && RestrictingKeys.Contains(Path);

    /// <summary>Another spelling of the path.</summary>
    public string? Alias { get; init; }

    /// <summary>What the documentation gives for the default when the value alone would mislead; else null.</summary>
    public string? DefaultNote { get; init; }

    /// <summary>Whether the environment changes the key only when the file has it.</summary>
    public bool NeedsFile { get; init; }

    /// <summary>The type's name.</summary>
    public abstract string TypeName { get; }

    /// <summary>What is accepted.</summary>
    public abstract string Expected { get; }

    /// <summary>What was wrong with a value of the file that was not accepted, as the end of a message.</summary>
    public string Refusal(JsonElement found) =>
        $"expected {Expected}, found {(Secrecy == Secrecy.None && Defect(found) is { } defect ? defect : JsonFound.Describe(found, Secrecy))}";

    /// <summary>What was wrong with a variable's value that was not accepted, as the end of a message.</summary>
    public string Refusal(string found) =>
        $"expected {Expected}{(Secrecy != Secrecy.None ? "" : Defect(found) is { } defect ? ", found " + defect : $", found '{found}'")}";

    /// <summary>Which part of a value is wrong and why; null when "expected …" says all.</summary>
    protected abstract string? Defect(JsonElement element);

    /// <inheritdoc cref="Defect(JsonElement)"/>
    protected abstract string? Defect(string text);

    /// <summary>Whether a wrong variable stops the start.</summary>
    public abstract bool WrongTextIsError { get; }

    /// <summary>Whether an empty variable is a value.</summary>
    public abstract bool EmptyTextIsValue { get; }

    /// <summary>The words of a choice and those in this build; null for other types.</summary>
    public abstract ChoiceFormat? Choice { get; }

    /// <summary>Writes a value of the file; false, and nothing written, when it is not what was expected.</summary>
    public abstract bool TryApplyJson(JsonElement element, TTarget target);

    /// <summary>Writes a variable's value; false, and nothing written, when it is not what was expected.</summary>
    public abstract bool TryApplyText(string text, TTarget target);

    /// <summary>The target's value as text, unmasked.</summary>
    public abstract string Display(TTarget target);

    /// <summary>The target's value as text, secrets masked.</summary>
    public abstract string Show(TTarget target);

    /// <summary>The texts of the target's value that are taken as they stand.</summary>
    public abstract IEnumerable<string> Texts(TTarget target);

    /// <summary>Writes the default back.</summary>
    /// <param name="target">Where to write.</param>
    /// <param name="fresh">An object with the defaults.</param>
    public abstract void Reset(TTarget target, TTarget fresh);
}

/// <summary>A key of one type.</summary>
/// <typeparam name="TTarget">The object the key writes to.</typeparam>
/// <typeparam name="T">The value's type.</typeparam>
internal sealed class ConfigurationKey<TTarget, T>(string path, ValueFormat<T> format, Func<TTarget, T> get, Action<TTarget, T> set)
    : ConfigurationKey<TTarget>(path)
{
    public override string TypeName => format.TypeName;

    public override string Expected => format.Expected;

    public override bool WrongTextIsError => format.WrongTextIsError;

    public override bool EmptyTextIsValue => format.EmptyTextIsValue;

    public override ChoiceFormat? Choice => format as ChoiceFormat;

    protected override string? Defect(JsonElement element) => format.Defect(element);

    protected override string? Defect(string text) => format.Defect(text);

    public override bool TryApplyJson(JsonElement element, TTarget target)
    {
        if (!format.TryReadJson(element, out var value)) return false;
        set(target, value);
        return true;
    }

    public override bool TryApplyText(string text, TTarget target)
    {
        if (!format.TryReadText(text, out var value)) return false;
        set(target, value);
        return true;
    }

    public override string Display(TTarget target) => format.Display(get(target));

    public override string Show(TTarget target) => format.Show(get(target), Secrecy);

    public override IEnumerable<string> Texts(TTarget target) => format.Texts(get(target));

    public override void Reset(TTarget target, TTarget fresh) => set(target, get(fresh));
}
