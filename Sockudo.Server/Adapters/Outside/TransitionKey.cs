namespace Sockudo.Server.Adapters.Outside;

/// <summary>What is on or off.</summary>
/// <param name="Kind">Of what kind it is.</param>
/// <param name="AppId">The app.</param>
/// <param name="Channel">The channel; empty for <see cref="TransitionKind.User"/>.</param>
/// <param name="UserId">The user; empty for <see cref="TransitionKind.Channel"/>.</param>
internal readonly record struct TransitionKey(TransitionKind Kind, string AppId, string Channel, string UserId)
{
    /// <summary>The name by which an owner is chosen: members of a channel go with it, so that their order is its order.</summary>
    public string OwnedBy => Kind == TransitionKind.User ? UserId : Channel;
}
