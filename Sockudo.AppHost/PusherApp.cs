namespace Sockudo.AppHost;

/// <summary>The one Pusher app of the system. Its values are made on the first run and kept in the user's secrets, so that clients stay valid.</summary>
/// <param name="Id">The id in the HTTP API's paths; <c>Parameters:app-id</c>.</param>
/// <param name="Key">The public key clients connect with; <c>Parameters:app-key</c>.</param>
/// <param name="Secret">What requests are signed with; <c>Parameters:app-secret</c>.</param>
internal sealed record PusherApp(
    IResourceBuilder<ParameterResource> Id, IResourceBuilder<ParameterResource> Key, IResourceBuilder<ParameterResource> Secret)
{
    /// <summary>Adds the three parameters.</summary>
    public static PusherApp Add(IDistributedApplicationBuilder builder) => new(
        builder.AddParameter("app-id", Generated(length: 10, letters: false), persist: true),
        builder.AddParameter("app-key", Generated(length: 20, letters: true), persist: true),
        builder.AddParameter("app-secret", Generated(length: 32, letters: true), secret: true, persist: true));

    // As Pusher's own look: digits for the id, lower case and digits for key and secret. All are safe in a URL.
    private static GenerateParameterDefault Generated(int length, bool letters) =>
        new() { MinLength = length, Lower = letters, Upper = false, Numeric = true, Special = false };
}
