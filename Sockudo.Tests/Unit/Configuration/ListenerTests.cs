using Sockudo.Server.Hosting;
using Xunit;
using static Sockudo.Tests.Unit.Configuration.Loading;

namespace Sockudo.Tests.Unit.Configuration;

public sealed class ListenerTests
{
    [Fact]
    public void The_file_says_where_to_listen_when_no_variable_does() => Assert.Equal(["http://127.0.0.1:7001"], Addresses(File("127.0.0.1", 7001)));

    [Fact]
    public void HTTP_PORTS_wins_over_the_file() => Assert.Equal(["http://127.0.0.1:8080", "http://127.0.0.1:8081"], Addresses(File("127.0.0.1", 7001), ("HTTP_PORTS", "8080;8081")));

    [Fact]
    public void PORT_wins_over_HTTP_PORTS() => Assert.Equal(["http://127.0.0.1:7002"], Addresses(File("127.0.0.1", 7001), ("HTTP_PORTS", "8080"), ("PORT", "7002")));

    [Fact]
    public void HOST_joins_the_port_that_counts() => Assert.Equal(["http://10.0.0.1:8080"], Addresses(File("127.0.0.1", 7001), ("HTTP_PORTS", "8080"), ("HOST", "10.0.0.1")));

    [Fact]
    public void ASPNETCORE_URLS_wins_over_all_and_the_loser_is_said()
    {
        var result = Load(File("127.0.0.1", 7001), Variables(("ASPNETCORE_URLS", "http://localhost:5000;http://+:5001"), ("PORT", "7002"), ("HTTP_PORTS", "8080")));
        Assert.Equal(["http://localhost:5000", "http://*:5001"], result.Configuration.Listener.Addresses.Select(address => address.ToString()));
        Assert.Contains("PORT is not used", Assert.Single(result.Warnings).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_switch_wins_over_the_variable() =>
        Assert.Equal("http://localhost:5005", Assert.Single(Load(environment: Variables(("ASPNETCORE_URLS", "http://localhost:5000")), urls: "http://localhost:5005").Configuration.Listener.Addresses).ToString());

    [Fact]
    public void ASPNETCORE_HTTP_PORTS_is_not_read() => Assert.Equal(["http://0.0.0.0:6001"], Addresses(OneApp, ("ASPNETCORE_HTTP_PORTS", "8080")));

    [Theory]
    [InlineData("localhost:5000")]
    [InlineData("ftp://localhost:5000")]
    [InlineData("http://localhost:99999")]
    [InlineData("http://:5000")]
    public void A_wrong_URL_stops_the_start(string url) => Assert.Equal("ASPNETCORE_URLS", Assert.Single(Load(environment: Variables(("ASPNETCORE_URLS", url))).Errors).Path);

    [Theory]
    [InlineData("http://[::1]:5000", "http://[::1]:5000")]
    [InlineData("http://localhost", "http://localhost:80")]
    [InlineData("HTTPS://localhost/", "https://localhost:443")]
    [InlineData("http://unix:/run/sockudo.sock", "unix:/run/sockudo.sock")]
    public void Addresses_are_read_as_ASPNET_Core_writes_them(string url, string expected) => Assert.Equal(expected, ListenerAddress.Parse(url)!.Value.ToString());

    [Fact]
    public void An_https_address_without_a_certificate_stops_the_start() =>
        Assert.Contains("ssl.cert_path", Assert.Single(Load(environment: Variables(("ASPNETCORE_URLS", "https://localhost:5001"))).Errors).Problem, StringComparison.Ordinal);

    [Fact]
    public void TLS_without_files_stops_the_start() => Assert.Equal(["ssl.cert_path", "ssl.key_path"], Load(FileWith("ssl.enabled", "true")).Errors.Select(error => error.Path));

    [Fact]
    public void TLS_with_a_missing_file_stops_the_start_and_names_it()
    {
        var result = Load(FileWith("ssl", """{ "enabled": true, "cert_path": "cert.pem", "key_path": "key.pem" }"""), prepare: directory => System.IO.File.WriteAllText(Path.Combine(directory, "cert.pem"), ""));
        Assert.Equal("ssl.key_path: there is no file 'key.pem'. (set by config/config.json)", Assert.Single(result.Errors).ToString());
    }

    [Fact]
    public void TLS_makes_the_address_https()
    {
        var result = Load(FileWith("ssl", """{ "enabled": true, "cert_path": "pem", "key_path": "pem" }"""), prepare: directory => System.IO.File.WriteAllText(Path.Combine(directory, "pem"), ""));
        Assert.Empty(result.Errors);
        Assert.True(Assert.Single(result.Configuration.Listener.Addresses).IsTls);
    }

    [Fact]
    public void Redirecting_without_a_port_stops_the_start()
    {
        var json = FileWith("ssl", """{ "enabled": true, "cert_path": "pem", "key_path": "pem", "redirect_http": true, "http_port": null }""");
        Assert.Equal("ssl.http_port", Assert.Single(Load(json, prepare: directory => System.IO.File.WriteAllText(Path.Combine(directory, "pem"), "")).Errors).Path);
    }

    [Fact]
    public void The_Unix_socket_replaces_TCP()
    {
        var result = Load(FileWith("unix_socket", """{ "enabled": true, "permission_mode": "755" }"""), Variables(("ASPNETCORE_URLS", "http://localhost:5000")));
        Assert.Equal("unix:/var/run/sockudo/sockudo.sock", Assert.Single(result.Configuration.Listener.Addresses).ToString());
        Assert.Equal(493, result.Configuration.Listener.UnixSocket.PermissionMode);
        Assert.Contains("ASPNETCORE_URLS is not used", Assert.Single(result.Warnings).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void On_Windows_the_Unix_socket_is_left_out_with_a_warning()
    {
        var result = Load(FileWith("unix_socket", """{ "enabled": true }"""), isWindows: true);
        Assert.Empty(result.Errors);
        Assert.Contains("ignored on Windows", Assert.Single(result.Warnings).Text, StringComparison.Ordinal);
        Assert.Equal("http://0.0.0.0:6001", Assert.Single(result.Configuration.Listener.Addresses).ToString());
    }

    [Theory]
    [InlineData("\"\"")]
    [InlineData("\"run/sockudo.sock\"")]
    [InlineData("\"/run/../sockudo.sock\"")]
    public void A_wrong_socket_path_stops_the_start(string path) =>
        Assert.Equal("unix_socket.path", Assert.Single(Load(FileWith("unix_socket", $$"""{ "enabled": true, "path": {{path}} }""")).Errors).Path);

    [Fact]
    public void A_socket_in_tmp_that_all_may_write_is_warned_about_twice()
    {
        var json = FileWith("unix_socket", """{ "enabled": true, "path": "/tmp/sockudo.sock", "permission_mode": "666" }""");
        Assert.Equal(2, Load(json).Warnings.Count);
        Assert.Single(Load(json, Variables(("ENVIRONMENT", "staging"))).Warnings);
    }

    [Fact]
    public void One_port_for_both_listeners_stops_the_start() => Assert.Equal("metrics.port", Assert.Single(Load(FileWith("metrics.port", "6001")).Errors).Path);

    private static string File(string host, int port) => OneApp[..^1] + $$""", "host": "{{host}}", "port": {{port}} }""";

    private static string[] Addresses(string json, params (string, string)[] variables)
    {
        var result = Load(json, Variables(variables));
        Assert.Empty(result.Errors);
        return [.. result.Configuration.Listener.Addresses.Select(address => address.ToString())];
    }
}
