using Sockudo.LoadTest.Clients;
using Sockudo.LoadTest.Measuring;
using Sockudo.LoadTest.Native;
using Sockudo.LoadTest.Publishing;

namespace Sockudo.LoadTest;

/// <summary>One run: connect, do what the mode says, measure.</summary>
internal sealed class LoadRun
{
    private const long Millisecond = 1_000_000;
    private const long Second = 1_000_000_000;

    private readonly LoadOptions _options;
    private readonly LoadCounters _counters = new();
    private readonly Poller _poller = new();
    private readonly PusherSigner _signer;
    private readonly ClientPool _clients;
    private readonly ServerProcesses _servers;
    private readonly LiveLine _live;
    private PublisherPool? _publishers;
    private long _sampledAt;

    public LoadRun(LoadOptions options)
    {
        _options = options;
        _signer = new PusherSigner(options.Secret);
        _clients = new ClientPool(options, _counters, _poller, _signer);
        _servers = new ServerProcesses(options.ProcessIds);
        _live = new LiveLine(options, _counters);
    }

    /// <summary>Runs it to its end and returns what it measured.</summary>
    public LoadResult Execute()
    {
        // A thousandth of the default: the pauses of --poll must be as short as they say.
        const int SetTimerSlack = 29;
        _ = Libc.ProcessControl(SetTimerSlack, 1000);
        var result = new LoadResult(_options, _counters) { ResidentBefore = _servers.ResidentBytes() };
        Connect(result);
        if (_options.Mode is not (LoadMode.Churn or LoadMode.Http)) Wait(_options.Settle);
        result.ResidentAfter = result.ResidentPeak = _servers.ResidentBytes();
        if (_options.Mode is LoadMode.Fanout or LoadMode.Http or LoadMode.Client or LoadMode.Subscribe) Publish(result);
        result.ResidentEnd = _servers.ResidentBytes();
        if (_options.Mode is LoadMode.Storm or LoadMode.Idle) Disconnect(result);
        _live.End();
        return result;
    }

    private void Connect(LoadResult result)
    {
        var cpu = _servers.CpuSeconds();
        var started = result.StartedAt = LoadCounters.Now;
        if (_options.Mode == LoadMode.Churn)
        {
            while (LoadCounters.Now < started + Nanoseconds(_options.Duration))
            {
                Step(Millisecond, "churning");
                _clients.Restart();
            }
        }
        else
        {
            while (!_clients.IsSettled && LoadCounters.Now < started + Nanoseconds(_options.Timeout)) Step(10 * Millisecond, "connecting");
            _clients.GiveUp();
        }

        result.ConnectSeconds = (LoadCounters.Now - started) / (double)Second;
        result.Connected = _counters.Ready;
        if (_options.Mode == LoadMode.Presence) AwaitMembers();
        result.ConnectCpuSeconds = _servers.CpuSeconds() - cpu;
    }

    private void AwaitMembers()
    {
        for (var channel = 0; channel < _options.Channels; channel++)
        {
            long members = _clients.SubscribersOf(channel);
            _counters.Expected += members * (members - 1) / 2;
        }

        var stop = LoadCounters.Now + Nanoseconds(_options.Drain);
        while (_counters.MembersAdded < _counters.Expected && LoadCounters.Now < stop) Step(Millisecond, "awaiting members");
        _counters.Delivered = _counters.MembersAdded;
    }

    private void Publish(LoadResult result)
    {
        if (_options.Mode == LoadMode.Subscribe) _clients.BeginCycles();
        else _publishers = new PublisherPool(_options, _counters, _clients, _signer, _poller);
        if (_options.WarmUp > 0) Publish(_options.WarmUp, 0, "warming up", result);
        var serverCpu = _servers.CpuSeconds();
        var ownCpu = Environment.CpuUsage.TotalTime;
        Publish(_options.Duration, _options.Messages, "measuring", result);
        result.PublishCpuSeconds = _servers.CpuSeconds() - serverCpu;
        result.OwnCpuSeconds = (Environment.CpuUsage.TotalTime - ownCpu).TotalSeconds;
        result.PublishSeconds = (_counters.LastDelivery - _counters.FirstPublish) / (double)Second;
    }

    /// <summary>Publishes for some seconds, or a number of events, and waits for the deliveries.</summary>
    private void Publish(double seconds, long count, string phase, LoadResult result)
    {
        _counters.BeginPublishing();
        var begin = LoadCounters.Now;
        var pace = new PublishPace(_options, _counters, begin);
        while (count > 0 ? _counters.Published < count : LoadCounters.Now < begin + Nanoseconds(seconds))
        {
            Step(pace.PublishDue(TryOne), phase);
            result.ResidentPeak = Math.Max(result.ResidentPeak, SampleMemory());
        }

        if (_options.Mode == LoadMode.Http) _counters.LastDelivery = LoadCounters.Now;
        var stop = LoadCounters.Now + Nanoseconds(_options.Drain);
        while ((_counters.Delivered < _counters.Expected || _publishers is { IsBusy: true }) && LoadCounters.Now < stop) Step(Millisecond, "draining");
    }

    private bool TryOne(long stamp)
    {
        if (_publishers is not null) return _publishers.TryPublish(stamp);
        if (!_clients.TryCycle(stamp)) return false;
        _counters.Published++;
        return true;
    }

    private double SampleMemory()
    {
        if (LoadCounters.Now - _sampledAt < 100 * Millisecond) return 0;
        _sampledAt = LoadCounters.Now;
        return _servers.ResidentBytes();
    }

    private void Disconnect(LoadResult result)
    {
        var cpu = _servers.CpuSeconds();
        _clients.CloseAll();
        Wait(Math.Max(_options.Settle, 2));
        result.DisconnectCpuSeconds = _servers.CpuSeconds() - cpu;
    }

    private void Wait(double seconds)
    {
        for (var end = LoadCounters.Now + Nanoseconds(seconds); LoadCounters.Now < end;) Step(5 * Millisecond, "settling");
    }

    /// <summary>One turn of the loop; it waits at most so many nanoseconds.</summary>
    private void Step(long most, string phase)
    {
        _live.Show(phase);
        if (_options.Mode != LoadMode.Http) _clients.Advance();
        var ready = _options.PollMicroseconds == 0 ? _poller.Take(most) : _poller.Take();
        for (var i = 0; i < ready; i++)
        {
            var (tag, writable, readable) = _poller[i];
            if (tag >= PublisherPool.FirstTag) _publishers!.OnEvent(tag, writable, readable);
            else _clients.OnEvent((int)tag, writable, readable);
        }

        // Never asleep inside epoll: no send of the server has to wake this process, as with remote clients.
        if (ready == 0 && _options.PollMicroseconds > 0) Libc.Sleep(new TimeSpec(Math.Min(most, _options.PollMicroseconds * 1000L)), 0);
    }

    private static long Nanoseconds(double seconds) => (long)(seconds * Second);
}
