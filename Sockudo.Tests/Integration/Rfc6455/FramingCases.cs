using static Sockudo.Tests.Integration.Rfc6455.Steps;

namespace Sockudo.Tests.Integration.Rfc6455;

/// <summary>Lengths of every encoding, in text and binary frames (RFC 6455 §5.2).</summary>
internal static class FramingCases
{
    private static readonly int[] Lengths = [125, 126, 127, 128, 65535, 65536];

    public static IEnumerable<ConformanceCase> All => [.. Of(1, "text"), .. Of(2, "binary")];

    private static IEnumerable<ConformanceCase> Of(int opcode, string kind)
    {
        yield return new($"1.{opcode}.1", $"a {kind} message without payload", Send(Wire.Frame(opcode, [])), NotUnderstood, Open);
        for (var i = 0; i < Lengths.Length; i++)
        {
            var id = $"1.{opcode}.{i + 2}";
            var message = Wire.MessageOfLength(id, Lengths[i]);
            yield return new(id, $"a {kind} message of {Lengths[i]} bytes", Send(Wire.Frame(opcode, message)), Echo(message), Open);
        }

        var chopped = Wire.MessageOfLength($"1.{opcode}.8", 65536);
        yield return new(
            $"1.{opcode}.8", $"a {kind} message of 65536 bytes in chops of 997", SendInChops(997, Wire.Frame(opcode, chopped)), Echo(chopped), Open);
    }
}
