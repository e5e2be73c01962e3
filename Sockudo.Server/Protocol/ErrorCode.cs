namespace Sockudo.Server.Protocol;

/// <summary>
/// Error and close codes of the Pusher Channels protocol 7. 4000-4099: the client must not reconnect unchanged; 4100-4199: it
/// may after a back-off; 4200-4299: it should at once; 4300-4399: something it asked for failed, the connection stays.
/// </summary>
internal enum ErrorCode : ushort
{
    Generic = 4000,
    AppNotFound = 4001,
    AppDisabled = 4003,
    OverConnectionQuota = 4004,
    PathNotFound = 4005,
    InvalidVersion = 4006,
    UnsupportedProtocol = 4007,
    NoProtocol = 4008,
    Unauthorized = 4009,
    OverCapacity = 4100,
    Reconnect = 4200,
    PongNotReceived = 4201,
    Inactivity = 4202,
    ChannelError = 4300,
    ClientEventError = 4301,
    WatchlistLimit = 4302,
    BroadcastError = 4303,
}
