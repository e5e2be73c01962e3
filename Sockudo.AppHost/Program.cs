// The system as a diagram: today one server on the embedded local adapter.
var builder = DistributedApplication.CreateBuilder(args);

// azd insists on 80/443 for the public ingress, a developer wants Sockudo's usual port.
int? publicPort = builder.ExecutionContext.IsRunMode ? 6001 : null;

builder.AddProject<Projects.Sockudo_Server>("sockudo", options => options.ExcludeLaunchProfile = true)
    .WithHttpEndpoint(port: publicPort, name: "http")
    .WithHttpEndpoint(name: "metrics", env: "METRICS_PORT")
    .WithExternalHttpEndpoints()
    .WithHttpHealthCheck("/ready", endpointName: "http");

builder.Build().Run();
