using Microsoft.Extensions.Options;

namespace Sockudo.Server.Backplane.Nats;

/// <summary>Refuses what the driver nats cannot work with.</summary>
internal sealed class NatsBackplaneOptionsValidator : IValidateOptions<NatsBackplaneOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, NatsBackplaneOptions options)
    {
        var failures = new List<string>();
        if (options.ConnectionTimeoutMs is < 1 or > 600_000)
        {
            failures.Add("adapter.nats.connection_timeout_ms must be from 1 to 600000.");
        }

        if (options.MaxPendingMessages < 1)
        {
            failures.Add("adapter.nats: the messages that may wait (MaxPendingMessages) must be 1 or more.");
        }

        if (options.Tls.CertificateFile is { Length: > 0 } != options.Tls.KeyFile is { Length: > 0 })
        {
            failures.Add("adapter.nats.tls: certificate_file and key_file go together.");
        }

        try
        {
            NatsConnector.Check(options);
        }
        catch (BrokerConfigurationException exception)
        {
            failures.Add($"adapter.nats: {exception.Message}");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
