namespace Sockudo.Server.Queueing;

/// <summary>How much of an app's dead letters is given at once. Pure.</summary>
internal static class DeadLetterPage
{
    /// <summary>Most bytes, unless one alone has more.</summary>
    public const long MostBytes = 4L << 20;

    /// <summary>The first of them, so many or so many bytes.</summary>
    public static IEnumerable<DeadLetter> Of(IEnumerable<DeadLetter> letters, int limit)
    {
        var bytes = 0L;
        foreach (var letter in letters.Take(limit))
        {
            if (bytes > 0 && bytes + letter.Job.Size > MostBytes) yield break;
            bytes += letter.Job.Size;
            yield return letter;
        }
    }
}
