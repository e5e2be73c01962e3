using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Integration.Rfc6455;

/// <summary>RFC 6455 over a raw socket against a running server, class by class; the limits have a server of their own.</summary>
public sealed class ConformanceTests(SharedServer shared, ITestOutputHelper output) : ServerTest(shared, output)
{
    public static TheoryData<string> Framing => CaseCatalogue.Names("framing");

    public static TheoryData<string> Pings => CaseCatalogue.Names("ping/pong");

    public static TheoryData<string> ReservedBits => CaseCatalogue.Names("reserved bits");

    public static TheoryData<string> Opcodes => CaseCatalogue.Names("opcodes");

    public static TheoryData<string> Fragmentation => CaseCatalogue.Names("fragmentation");

    public static TheoryData<string> Utf8 => CaseCatalogue.Names("UTF-8");

    public static TheoryData<string> Close => CaseCatalogue.Names("close");

    public static TheoryData<string> Miscellaneous => CaseCatalogue.Names("misc");

    [Theory, MemberData(nameof(Framing))]
    public Task Frames_of_every_length_arrive(string name) => RunAsync(name);

    [Theory, MemberData(nameof(Pings))]
    public Task Pings_are_answered_and_pongs_taken(string name) => RunAsync(name);

    [Theory, MemberData(nameof(ReservedBits))]
    public Task Reserved_bits_are_refused(string name) => RunAsync(name);

    [Theory, MemberData(nameof(Opcodes))]
    public Task Opcodes_without_a_meaning_are_refused(string name) => RunAsync(name);

    [Theory, MemberData(nameof(Fragmentation))]
    public Task Fragments_are_put_together(string name) => RunAsync(name);

    [Theory, MemberData(nameof(Utf8))]
    public Task Text_is_UTF8_or_refused(string name) => RunAsync(name);

    [Theory, MemberData(nameof(Close))]
    public Task Closes_are_answered(string name) => RunAsync(name);

    [Theory, MemberData(nameof(Miscellaneous))]
    public Task Odd_cuts_do_not_matter(string name) => RunAsync(name);

    private Task RunAsync(string name) => CaseRun.ExecuteAsync(Server, TestApps.Demo, CaseCatalogue.Find(name));
}
