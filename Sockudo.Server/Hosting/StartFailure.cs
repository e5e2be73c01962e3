using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;
using Sockudo.Server.Backplane;
using Sockudo.Server.Queueing;
using Sockudo.Server.RedisConnections;

namespace Sockudo.Server.Hosting;

/// <summary>Failures at start that are the operator's to mend: said in a sentence, not as a stack trace.</summary>
internal static class StartFailure
{
    /// <summary>What went wrong and what to do; null when it is a defect of the server's.</summary>
    public static string? Explain(Exception exception) => exception switch
    {
        AddressInUseException => $"{Sentence(exception.Message)} Another process listens there: stop it, or choose another port with port/PORT or metrics.port/METRICS_PORT.",
        IOException { InnerException: AddressInUseException } => Explain(exception.InnerException),
        SocketException { SocketErrorCode: SocketError.AccessDenied } or { InnerException: SocketException { SocketErrorCode: SocketError.AccessDenied } } =>
            $"{Sentence(exception.Message)} The process may not listen there: ports below 1024 and socket directories need the right to.",
        SocketException socket => $"The server cannot listen: {Sentence(socket.Message)} See host, port, metrics.host, metrics.port.",
        RedisConfigurationException => $"Redis cannot be used: {Sentence(exception.Message)} See database.redis.*, adapter.*, cache.redis.*, rate_limiter.redis.*.",
        OptionsValidationException options => $"The adapter cannot be started: {string.Join(' ', options.Failures.Select(Sentence))} See adapter.* and database.redis.*.",
        BrokerConfigurationException =>
            $"The adapter cannot be started: {Sentence(exception.Message)} See adapter.* and database.redis.*.",
        QueueConfigurationException => $"The webhook queue cannot be started: {Sentence(exception.Message)} See queue.* and database.redis.*.",
        CryptographicException => $"The TLS certificate cannot be used: {Sentence(exception.Message)} See ssl.cert_path, ssl.key_path, ssl.passphrase, ssl.ca_path.",
        IOException or UnauthorizedAccessException => $"The server cannot start: {Sentence(exception.Message)}",
        _ => null,
    };

    private static string Sentence(string text) => text.TrimEnd('.', ' ') + ".";
}
