using System.Reflection;
using Sockudo.Server.Configuration;
using Sockudo.Server.Configuration.Commands;
using Sockudo.Server.Hosting;

InlineCompletions.Enable();
var version = Assembly.GetExecutingAssembly().GetName().Version?.ToString(3) ?? "0.0.0";
var line = CommandLine.Parse(args);
var sources = ProcessSources.Read(line);
if (CommandRunner.Run(line, () => CertificateCheck.Apply(ConfigurationLoader.Load(sources)), version, Console.Out, Console.Error, out var configuration) is { } exitCode) return exitCode;

if (line.Command == ServerCommand.HealthCheck)
{
    var (listener, gateway) = (configuration!.Configuration.Listener, configuration.Configuration.Gateway);
    return await HealthProbe.RunAsync(listener.Addresses[0], gateway.PathPrefix, HealthProbe.Deadline, Console.Error);
}

try
{
    await using var server = ServerHost.Build(configuration!, sources);
    using var secondSignal = SecondSignal.ExitAtOnce();
    await server.StartAsync();
    foreach (var text in StartupBanner.Format(version, configuration!, DescriptorLimit.Read(), sources.IsDevelopment)) Console.Out.WriteLine(text);
    await server.WaitForShutdownAsync();
    return 0;
}
catch (Exception e) when (StartFailure.Explain(e) is { } explanation)
{
    Console.Error.WriteLine(explanation);
    return CommandRunner.Failure;
}
