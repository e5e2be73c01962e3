using Microsoft.Extensions.Logging.Console;

namespace Sockudo.Server.Hosting;

/// <summary>Logs on the console, in the form the configuration asks for.</summary>
internal static class ConsoleLogging
{
    /// <summary>Adds it. The framework's own categories start at Warning: an idle server logs nothing.</summary>
    public static void AddSockudoConsole(this ILoggingBuilder logging, ServerOptions options)
    {
        var level = options.Logging.MinimumLevel(options.Debug);
        logging.SetMinimumLevel(LogLevel.Warning);
        logging.AddFilter("Sockudo", level);
        if (options.Logging.OutputFormat == "json")
        {
            logging.AddJsonConsole(static json =>
            {
                json.UseUtcTimestamp = true;
                json.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";
            });
            return;
        }

        logging.AddSimpleConsole(simple =>
        {
            simple.SingleLine = true;
            simple.UseUtcTimestamp = true;
            simple.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
            simple.ColorBehavior = options.Logging.ColorsEnabled ? LoggerColorBehavior.Default : LoggerColorBehavior.Disabled;
        });
    }
}
