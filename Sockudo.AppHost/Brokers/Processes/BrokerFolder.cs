using Microsoft.Extensions.DependencyInjection;

namespace Sockudo.AppHost.Brokers.Processes;

/// <summary>
/// Where broker processes keep their configuration, which holds their password, and what they write. Made when the first one starts,
/// readable by this user only, removed with the application.
/// </summary>
internal sealed class BrokerFolder
{
    private readonly string _root = Path.Combine(Path.GetTempPath(), $"sockudo-brokers-{Guid.NewGuid():N}");

    /// <summary>The application's folder.</summary>
    public static BrokerFolder Of(IDistributedApplicationBuilder builder)
    {
        var known = builder.Services.FirstOrDefault(static service => service.ServiceType == typeof(BrokerFolder));
        if (known?.ImplementationInstance is BrokerFolder folder) return folder;

        folder = new BrokerFolder();
        builder.Services.AddSingleton(folder);
        // Neither a start that fails nor Aspire's own way of stopping tells services; the processes need nothing of the folder to end.
        AppDomain.CurrentDomain.ProcessExit += (_, _) => folder.Remove();
        return folder;
    }

    /// <summary>The path of a process' own folder. It exists after <see cref="Write"/>.</summary>
    public string PathOf(string process) => Path.Combine(_root, process);

    /// <summary>
    /// Writes a process' configuration, unless it is there: Redis and its sentinels rewrite theirs as roles change, and a restarted one must
    /// find what it knew.
    /// </summary>
    /// <returns>The file.</returns>
    public string Write(string process, string text)
    {
        var folder = PathOf(process);
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        var file = Path.Combine(folder, $"{process}.conf");
        if (!File.Exists(file)) File.WriteAllText(file, text);
        return file;
    }

    private void Remove()
    {
        if (Directory.Exists(_root)) Directory.Delete(_root, recursive: true);
    }
}
