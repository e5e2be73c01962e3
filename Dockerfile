# syntax=docker/dockerfile:1
# The server alone, without Aspire. Build: docker build -t sockudo --build-arg IMAGES=… .
# IMAGES is where .NET's official images come from, up to and without the last slash in front of sdk and aspnet: Microsoft's
# container registry and its path dotnet, or a mirror of it.
# Run: docker run --read-only --cap-drop ALL -p 6001:6001 -e SOCKUDO_DEFAULT_APP_ID=… -e …_KEY=… -e …_SECRET=… sockudo

ARG IMAGES
FROM ${IMAGES}/sdk:10.0 AS build
WORKDIR /src
# Projects first: the packages are restored again only when one of these files changes.
COPY global.json Directory.Build.props Directory.Packages.props .editorconfig ./
COPY Sockudo.ServiceDefaults/Sockudo.ServiceDefaults.csproj Sockudo.ServiceDefaults/
COPY Sockudo.Server/Sockudo.Server.csproj Sockudo.Server/
RUN dotnet restore Sockudo.Server
COPY Sockudo.ServiceDefaults Sockudo.ServiceDefaults
COPY Sockudo.Server Sockudo.Server
RUN dotnet publish Sockudo.Server -c Release --no-restore -o /app

# Chiselled: no shell, no package manager. ICU is left out too: the server is culture-invariant.
FROM ${IMAGES}/aspnet:10.0-noble-chiseled
WORKDIR /app
COPY --from=build /app .
# The runtime's diagnostics want to write to /tmp; without them the whole root can be read-only.
ENV DOTNET_EnableDiagnostics=0
USER $APP_UID
# 6001 WebSockets and HTTP API, 9601 metrics: keep the second inside.
EXPOSE 6001 9601
STOPSIGNAL SIGTERM
# Liveness, not readiness: a broker that is away must not have every node restarted at once.
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
  CMD ["dotnet", "/app/Sockudo.Server.dll", "healthcheck"]
ENTRYPOINT ["dotnet", "/app/Sockudo.Server.dll"]
