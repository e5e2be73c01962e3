using Sockudo.AppHost;
using Sockudo.AppHost.Brokers;

//  browsers, backends ──6001──▶ sockudo × Sockudo:Replicas ◀──▶ the broker of Sockudo:Adapter
var builder = DistributedApplication.CreateBuilder(args);
var options = AppHostOptions.Read(builder.Configuration);

var app = PusherApp.Add(builder);
var broker = options.Adapter switch
{
    Adapter.Local => Local.Add(),
    Adapter.Redis => Redis.Add(builder, options),
    Adapter.RedisSentinel => RedisSentinel.Add(builder, options),
    Adapter.RedisCluster => RedisCluster.Add(builder, options),
    Adapter.Nats => Nats.Add(builder, options),
    _ => throw new InvalidOperationException($"{options.Adapter} has no broker file."),
};

// azd insists on 80/443 for the public ingress, a developer wants Sockudo's usual port.
int? publicPort = builder.ExecutionContext.IsRunMode ? 6001 : null;

builder.AddProject<Projects.Sockudo_Server>("sockudo", project => project.ExcludeLaunchProfile = true)
    .WithReplicas(options.Replicas)
    .WithHttpEndpoint(port: publicPort, name: "http")
    .WithEndpoint("http", endpoint => endpoint.IsExternal = true)
    .WithHttpEndpoint(name: "metrics", env: "METRICS_PORT")
    .WithHttpHealthCheck("/ready", endpointName: "http")
    .WithApp(app)
    .WithBroker(broker)
    .WithLinks()
    .PublishToCompose(options);

builder.Build().Run();
