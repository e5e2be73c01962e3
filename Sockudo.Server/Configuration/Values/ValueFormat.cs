using System.Text.Json;
using Sockudo.Server.Configuration.Keys;

namespace Sockudo.Server.Configuration.Values;

/// <summary>How one type of value is read from JSON and from text, and shown again. Immutable, thread-safe, never throws.</summary>
/// <typeparam name="T">The value's type.</typeparam>
internal abstract class ValueFormat<T>
{
    /// <summary>One word or two for the documentation: "integer", "list of text".</summary>
    public abstract string TypeName { get; }

    /// <summary>What is accepted, as the end of "expected …".</summary>
    public abstract string Expected { get; }

    /// <summary>Whether a wrong environment variable stops the start; else it is a warning and the value stays.</summary>
    public virtual bool WrongTextIsError => false;

    /// <summary>Whether an empty environment variable is a value of its own; else it counts as not set.</summary>
    public virtual bool EmptyTextIsValue => false;

    /// <summary>Which part of a value that was not accepted is wrong and why; null when "expected …" says all.</summary>
    public virtual string? Defect(JsonElement element) => null;

    /// <inheritdoc cref="Defect(JsonElement)"/>
    public virtual string? Defect(string text) => null;

    /// <summary>Reads a value of the configuration file.</summary>
    public abstract bool TryReadJson(JsonElement element, out T value);

    /// <summary>Reads an environment variable.</summary>
    public abstract bool TryReadText(string text, out T value);

    /// <summary>The value as a person would write it; "unset" for none.</summary>
    public abstract string Display(T value);

    /// <summary>The value with what <paramref name="secrecy"/> forbids masked.</summary>
    public virtual string Show(T value, Secrecy secrecy) => SecretMask.Apply(Display(value), secrecy);

    /// <summary>The texts of the value that are taken as they stand; none for types that have a form of their own.</summary>
    public virtual IEnumerable<string> Texts(T value) => [];
}
