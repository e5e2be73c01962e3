using System.Text;
using System.Text.Json;
using Sockudo.Server.Protocol;
using Xunit;

namespace Sockudo.Tests.Unit.Protocol;

public sealed class JsonScannerTests
{
    private static readonly string[] Samples =
    [
        """{"event":"client-x","channel":"private-a","data":{"a":[1,-2.5e+3,true,false,null,"\u00e9\ud83d\ude00\n"],"b":{}}}""",
        """ { "event" : "pusher:ping" , "data" : [ ] } """,
        """{"event":"pusher:subscribe","data":"{\"channel\":\"a\"}"}""",
        """{"a":{"b":[{"c":[[],{}]}]},"d":0.5}""",
    ];

    [Fact]
    public void It_takes_and_refuses_what_the_platforms_reader_takes_and_refuses()
    {
        var random = new Random(7);
        var alphabet = "{}[]\",:\\u0d8c1eE+-. tfn/x\u0001"u8;
        for (var round = 0; round < 40_000; round++)
        {
            var json = Encoding.UTF8.GetBytes(Samples[random.Next(Samples.Length)]);
            for (var change = random.Next(3); change > 0; change--) json[random.Next(json.Length)] = alphabet[random.Next(alphabet.Length)];
            if (random.Next(4) == 0) json = json[..random.Next(json.Length)];

            Assert.True(Expected(json) == Takes(json), Encoding.UTF8.GetString(json));
        }
    }

    [Theory]
    [InlineData(63, true)]
    [InlineData(64, false)]
    public void Nesting_is_64_levels_deep_at_most(int depth, bool isTaken)
    {
        Assert.Equal(isTaken, Takes(Encoding.ASCII.GetBytes($$"""{"a":{{new string('[', depth)}}{{new string(']', depth)}}}""")));
        Assert.Equal(isTaken, Expected(Encoding.ASCII.GetBytes($$"""{"a":{{new string('[', depth)}}{{new string(']', depth)}}}""")));
    }

    [Fact]
    public void One_value_of_any_type_is_what_the_platforms_reader_takes_for_one()
    {
        var random = new Random(8);
        string[] values = [.. Samples, "[1,{\"a\":[]}]", "\"t\\u00e9\"", "-1.5e3", "0", " true ", "false", "null", "1 2", "", " ", "{}{}", "[1,]", "tru"];
        var alphabet = "{}[]\",:\\u0d8c1eE+-. tfn/x\u0001"u8;
        for (var round = 0; round < 40_000; round++)
        {
            var json = Encoding.UTF8.GetBytes(values[random.Next(values.Length)]);
            for (var change = random.Next(3); change > 0 && json.Length > 0; change--) json[random.Next(json.Length)] = alphabet[random.Next(alphabet.Length)];
            if (random.Next(4) == 0) json = json[..random.Next(json.Length + 1)];

            Assert.True(Expected(json, isAnyValue: true) == JsonScanner.IsOneValue(json), Encoding.UTF8.GetString(json));
        }
    }

    [Theory]
    [InlineData(64, true)]
    [InlineData(65, false)]
    public void One_value_is_as_deep_as_an_object_may_be(int depth, bool isTaken)
    {
        var json = Encoding.ASCII.GetBytes(new string('[', depth) + new string(']', depth));
        Assert.Equal(isTaken, JsonScanner.IsOneValue(json));
        Assert.Equal(isTaken, Expected(json, isAnyValue: true));
    }

    private static bool Takes(byte[] json)
    {
        var scanner = new JsonScanner(json);
        if (!scanner.TryBegin()) return false;
        while (scanner.TryNext(out _, out _, out _))
        {
            // Only whether it takes it.
        }

        return scanner.TryEnd();
    }

    private static bool Expected(byte[] json, bool isAnyValue = false)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            if (!reader.Read() || (!isAnyValue && reader.TokenType != JsonTokenType.StartObject)) return false;
            do
            {
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName) reader.GetString();
            }
            while (reader.Read());
            return true;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
    }
}
