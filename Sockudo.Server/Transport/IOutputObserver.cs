namespace Sockudo.Server.Transport;

/// <summary>Told by the output side what happened to one connection's frames. Called from the output loop or a drain; must not block or throw.</summary>
internal interface IOutputObserver
{
    /// <summary>The transport took this many frames and bytes.</summary>
    void OnSent(int frames, int bytes);

    /// <summary>The transport is gone; nothing will be sent any more.</summary>
    void OnOutputFailed();
}
