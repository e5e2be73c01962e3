using Microsoft.Extensions.Options;

namespace Sockudo.Server.Hosting;

/// <summary>Hands out options that the configuration has bound, after the validators of their layer have seen them. Thread-safe.</summary>
internal sealed class BoundOptions<T>(T options, IEnumerable<IValidateOptions<T>> validators) : IOptionsFactory<T>
    where T : class
{
    /// <exception cref="OptionsValidationException">With every failure.</exception>
    public T Create(string name)
    {
        var failures = validators.Select(validator => validator.Validate(name, options))
            .Where(static result => result.Failed)
            .SelectMany(static result => result.Failures ?? [])
            .ToList();
        return failures.Count == 0 ? options : throw new OptionsValidationException(name, typeof(T), failures);
    }
}
