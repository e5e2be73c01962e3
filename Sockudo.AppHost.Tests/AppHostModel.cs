using Aspire.Hosting.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Sockudo.AppHost.Tests;

/// <summary>The resources the AppHost describes for some arguments. Nothing of them is started: no container runtime is needed.</summary>
internal sealed class AppHostModel(IDistributedApplicationTestingBuilder builder) : IAsyncDisposable
{
    /// <summary>The server.</summary>
    public ProjectResource Server => Assert.Single(builder.Resources.OfType<ProjectResource>());

    /// <summary>Names of all containers and processes but the server and Aspire's hidden helper that rebuilds it.</summary>
    public IEnumerable<string> Brokers => builder.Resources
        .Where(static resource => resource is ContainerResource or ExecutableResource && resource.Name != "sockudo-rebuilder")
        .Select(static resource => resource.Name);

    /// <summary>Names of the containers.</summary>
    public IEnumerable<string> Containers => builder.Resources.OfType<ContainerResource>().Select(static resource => resource.Name);

    /// <summary>Names of what the server waits for.</summary>
    public IEnumerable<string> WaitsFor => Server.Annotations.OfType<WaitAnnotation>().Select(static wait => wait.Resource.Name).Distinct();

    /// <summary>Builds the model as the AppHost would with these arguments.</summary>
    public static async Task<AppHostModel> BuildAsync(params string[] args) =>
        new(await DistributedApplicationTestingBuilder.CreateAsync<Projects.Sockudo_AppHost>(args, TestContext.Current.CancellationToken));

    /// <summary>An endpoint of the server.</summary>
    public EndpointAnnotation Endpoint(string name) => Server.Annotations.OfType<EndpointAnnotation>().Single(endpoint => endpoint.Name == name);

    /// <summary>The resource of that name.</summary>
    public IResource Resource(string name) => builder.Resources.Single(resource => resource.Name == name);

    /// <summary>The server's variables, references as expressions: their values exist only once something runs.</summary>
    public async Task<Dictionary<string, string>> VariablesAsync()
    {
        var configuration = await ExecutionConfigurationBuilder.Create(Server)
            .WithEnvironmentVariablesConfig()
            .BuildAsync(new(DistributedApplicationOperation.Publish), NullLogger.Instance, TestContext.Current.CancellationToken);
        return configuration.EnvironmentVariables.ToDictionary(static pair => pair.Key, static pair => pair.Value);
    }

    public ValueTask DisposeAsync() => builder.DisposeAsync();
}
