namespace Sockudo.Server.Configuration.Keys;

/// <summary>Keys that belong together: one table of the documentation.</summary>
/// <param name="Title">The heading.</param>
/// <param name="Intro">A sentence or two under the heading; may be empty.</param>
/// <param name="Keys">The keys in reading order.</param>
internal sealed record KeySection(string Title, string Intro, IReadOnlyList<ConfigurationKey<ServerConfiguration>> Keys);
