using Microsoft.AspNetCore.Builder;
using Sockudo.Server.Apps;
using Sockudo.Server.Caching;
using Sockudo.Server.Channels;
using Sockudo.Server.Gateway;
using Sockudo.Server.Hosting;
using Sockudo.Server.Messaging;
using Sockudo.Server.Metrics;

var builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.Services.AddSockudo(new CacheOptions());
builder.Services.AddSingleton<IAppManager>(new MemoryAppManager([new App { Id = "app-id", Key = "app-key", Secret = "app-secret", EnableClientMessages = true }]));
builder.Services.AddSingleton(p => new WebSocketRateLimit(null, p.GetRequiredService<Microsoft.Extensions.Options.IOptions<GatewayOptions>>(), p.GetRequiredService<ServerMetrics>()));
var app = builder.Build();
app.MapWebSocketUpgrade();
app.MapPost("/apps/{id}/events", async (HttpContext c, IAppManager apps, EventPublisher publisher) =>
{
    using var doc = await System.Text.Json.JsonDocument.ParseAsync(c.Request.Body);
    var name = doc.RootElement.GetProperty("name").GetString()!;
    var channel = doc.RootElement.TryGetProperty("channel", out var ch) ? ch.GetString()! : doc.RootElement.GetProperty("channels")[0].GetString()!;
    ChannelName.TryParse(channel, 200, out var cn, out _);
    var token = System.Text.Encoding.UTF8.GetBytes(doc.RootElement.GetProperty("data").GetRawText());
    publisher.Publish((await apps.FindByIdAsync("app-id", default))!, new PublishedEvent(name, [cn], token, [], null));
    return "{}";
});
app.Run();
