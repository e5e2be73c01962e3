using System.Text;
using System.Text.Json.Nodes;
using NATS.NKeys;

namespace Sockudo.Tests.Cluster.Brokers;

/// <summary>
/// An operator, one account and its users, as <c>nsc</c> makes them: tokens signed by NKeys (a JWT of NATS, version 2). The server
/// holds the account in memory and knows no user: a user proves itself by its credentials file alone.
/// </summary>
internal sealed class NatsOperator
{
    private const string OperatorClaims = """{"type":"operator","version":2}""";
    private const string UserClaims = """{"pub":{},"sub":{},"subs":-1,"data":-1,"payload":-1,"type":"user","version":2}""";
    private const string AccountClaims =
        """
        {"limits":{"subs":-1,"data":-1,"payload":-1,"imports":-1,"exports":-1,"wildcards":true,"conn":-1,"leaf":-1},
         "default_permissions":{"pub":{},"sub":{}},"type":"account","version":2}
        """;

    private readonly KeyPair _operator = KeyPair.CreatePair(PrefixByte.Operator);
    private readonly KeyPair _account = KeyPair.CreatePair(PrefixByte.Account);

    /// <summary>Lines of the server's configuration.</summary>
    public string Configuration => $$"""
        operator: "{{Token(_operator, _operator, "test-operator", OperatorClaims)}}"
        resolver: MEMORY
        resolver_preload: {
          {{_account.GetPublicKey()}}: "{{Token(_operator, _account, "test-account", AccountClaims)}}"
        }
        """;

    /// <summary>The text of a credentials file of a new user; <paramref name="isForged"/> when another account has signed it.</summary>
    public string Credentials(bool isForged = false)
    {
        using var user = KeyPair.CreatePair(PrefixByte.User);
        using var stranger = KeyPair.CreatePair(PrefixByte.Account);
        return $"""
            -----BEGIN NATS USER JWT-----
            {Token(isForged ? stranger : _account, user, "test-user", UserClaims)}
            ------END NATS USER JWT------

            ************************* IMPORTANT *************************
            NKEY Seed printed below can be used to sign and prove identity.

            -----BEGIN USER NKEY SEED-----
            {user.GetSeed()}
            ------END USER NKEY SEED------

            """;
    }

    private static string Token(KeyPair issuer, KeyPair subject, string name, string nats)
    {
        var claims = new JsonObject
        {
            ["jti"] = Guid.NewGuid().ToString("N"),
            ["iat"] = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds(),
            ["iss"] = issuer.GetPublicKey(),
            ["name"] = name,
            ["sub"] = subject.GetPublicKey(),
            ["nats"] = JsonNode.Parse(nats),
        };
        var signed = $"{Base64("""{"typ":"JWT","alg":"ed25519-nkey"}"""u8)}.{Base64(Encoding.UTF8.GetBytes(claims.ToJsonString()))}";
        var signature = new byte[64];
        issuer.Sign(Encoding.ASCII.GetBytes(signed), signature);
        return $"{signed}.{Base64(signature)}";
    }

    private static string Base64(ReadOnlySpan<byte> bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);
}
