namespace Sockudo.Server.Configuration.Docs;

/// <summary>The prose of docs/configuration.md.</summary>
internal static class DocsIntroduction
{
    /// <summary>What stands before the tables.</summary>
    public const string Text =
        """
        # Configuration

        <!-- Written by `dotnet run --no-launch-profile --project Sockudo.Server -- docs configuration > docs/configuration.md`; a test compares. Change the keys in Sockudo.Server/Configuration/Keys. -->

        Files and variables of the original Sockudo 3.x work unchanged. The smallest useful file:

        ```json
        {
          "app_manager": { "array": { "apps": [ { "id": "my-app", "key": "my-key", "secret": "my-secret" } ] } }
        }
        ```

        The same without a file: `SOCKUDO_DEFAULT_APP_ID=my-app SOCKUDO_DEFAULT_APP_KEY=my-key SOCKUDO_DEFAULT_APP_SECRET=my-secret`.

        `Sockudo.Server check [--config file]` validates, prints every effective value with its origin (secrets masked) and exits with 0 or 1.

        ## Which value wins

        1. The defaults below.
        2. `config/config.json` in the working directory, if it exists. `--config <path>` (`-c`) reads another file in its place: nothing of the first one remains.
        3. Environment variables, each for one key. An empty variable counts as not set.
        4. `REDIS_URL`, over every other key that says where a component's Redis is.

        Where to listen: `--urls`, else `ASPNETCORE_URLS`, else `HOST` and `PORT`, else `HTTP_PORTS`, else the file. `ASPNETCORE_HTTP_PORTS` is not read, because base images have it baked in.

        Booleans of the environment are `true`/`1`/`yes`/`on` and `false`/`0`/`no`/`off` in any case. A boolean or number that cannot be read is a warning, and the value stays; that of a key that *restricts* stops the start. Lists are separated by commas.
        The file is JSON; comments and a comma behind the last item are allowed. Drivers are accepted in any case, with `postgres`, `postgresql` (for `pgsql`) and `scylla` (for `scylladb`).

        ## Other than the original

        - A file that cannot be read or parsed, a wrong type and an unknown driver stop the start with exit code 1, the key's path and what was expected. All errors are reported at once.
        - An unknown key, or an unknown variable that begins with `SOCKUDO_`, is a warning with the nearest known one. Where that one *restricts* (the tables say so) and differs by at most two letters, it stops the start, in every section, app and webhook: a misspelt `allowed_origins` would let everybody in. A key that has no effect is a warning with the reason, when you set it.
        - A driver that is not in this build stops the start and is named. It never falls back to another one.
        - `queue.driver` is `memory`, not `redis`. The rate limiter is off unless its section or one of its variables is there. A partial limit keeps the defaults below for the rest.
        - Global limits (`channel_limits`, `event_limits`, `presence`) are enforced, for apps that leave a value open, when they are in the file.
        - `CLUSTER_HEALTH_*` and a top-level `cluster_health` reach the adapter.
        - Only `id`, `key` and `secret` of an app are required. Without any app the server starts in Development only, with the demo app `app-id` / `app-key` / `app-secret`.
        - `path_prefix`, `ssl.passphrase`, `ssl.ca_path`, `http_api.accept_traffic.memory_threshold`, `max_backend_events_per_second` and `max_read_requests_per_second` do what their names say.
        - `adapter.fallback_to_local` is false.

        *Checked and kept* marks keys of drivers that are not in this build: they are validated, shown by `check`, and have no effect.

        """;

    /// <summary>What stands before the table of an app's properties.</summary>
    public const string Apps =
        """

        ### Apps

        Objects of `app_manager.array.apps`. Numbers may be text with a number in it (`"100"`); null is the same as leaving a property out. Two apps cannot share an id or a key.
        When `SOCKUDO_DEFAULT_APP_ID`, `_KEY` and `_SECRET` are all set and `SOCKUDO_DEFAULT_APP_ENABLED` is not false, one more app is added. Its numbers are 100 unless their variable says otherwise.


        """;

    /// <summary>What stands behind the table of an app's properties.</summary>
    public const string Origins =
        """

        #### Origins

        `allowed_origins` and `cors.origin` have one syntax. A pattern is compared with scheme, host and port of the Origin header, in any case; a pattern that is none of these stops the start:

        | pattern | lets in |
        |---|---|
        | `*` (or `any`) | everybody, also without an Origin header |
        | `example.com`, `localhost`, `192.0.2.7`, `::1` | this host, with every scheme and port |
        | `https://example.com` | exactly this: the port is 443, as none is written |
        | `https://example.com:8443`, `localhost:5173`, `http://[::1]:5173` | this port; without a scheme, every scheme |
        | `*.example.com`, `https://*.example.com` | every name below `example.com`, and `example.com` |
        | `https://pr-*.example.com` | names whose first label fits; a star is never a dot |
        | `http://localhost:*` | every port |
        | `null` | the origin `null` of sandboxed frames and local files |

        Names in other scripts are compared as browsers send them (`münchen.example` is `xn--mnchen-3ya.example`). A header that is no origin (user info, a path, a dot at the end) fits no pattern but `*`.
        A socket without an Origin header is refused when there is a list, unless `allow_missing_origin` is true: any program but a browser can send the header it likes, so the list keeps out pages, not programs.

        """;

    /// <summary>What stands before the table of soketi's variables.</summary>
    public const string Soketi =
        """

        ## Coming from soketi

        `SOKETI_*` variables are not read; a warning names the equivalents.

        | soketi | here |
        |---|---|

        """;
}
