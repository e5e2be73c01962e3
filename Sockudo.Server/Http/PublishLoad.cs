namespace Sockudo.Server.Http;

/// <summary>How much work a publish asks for, all events of a batch together.</summary>
/// <param name="Channels">Channels, counted once for each event: what Pusher counts as messages, and the rate of an app is about.</param>
/// <param name="FanoutBytes">Bytes of the frames that are to be made, one for each channel of each event.</param>
internal readonly record struct PublishLoad(int Channels, long FanoutBytes);
