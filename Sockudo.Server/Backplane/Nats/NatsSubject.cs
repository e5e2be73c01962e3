using System.Buffers;
using System.Globalization;
using System.Text;

namespace Sockudo.Server.Backplane.Nats;

/// <summary>Topics as NATS subjects: what a subject may not hold is percent-encoded, so that different topics stay different. Stateless.</summary>
internal static class NatsSubject
{
    private static readonly SearchValues<char> Plain =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-:#/=+@~!,;&'()[]{}|");

    /// <summary>The subject of a topic.</summary>
    public static string Of(string topic)
    {
        if (topic.Length > 0 && !topic.AsSpan().ContainsAnyExcept(Plain))
        {
            return topic;
        }

        var subject = new StringBuilder(topic.Length + 8);
        for (var i = 0; i < topic.Length; i++)
        {
            // A dot separates tokens, and a token may not be empty.
            if (Plain.Contains(topic[i]) || (topic[i] == '.' && i > 0 && i + 1 < topic.Length && topic[i - 1] != '.'))
            {
                subject.Append(topic[i]);
                continue;
            }

            foreach (var unit in Encoding.UTF8.GetBytes(topic, i, char.IsSurrogatePair(topic, i) ? 2 : 1))
            {
                subject.Append(CultureInfo.InvariantCulture, $"%{unit:X2}");
            }

            i += char.IsSurrogatePair(topic, i) ? 1 : 0;
        }

        return subject.Length == 0 ? "%" : subject.ToString();
    }
}
