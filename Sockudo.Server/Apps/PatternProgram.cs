namespace Sockudo.Server.Apps;

/// <summary>Writes a regular expression out as steps. Pure.</summary>
internal static class PatternProgram
{
    /// <summary>Where the innermost part begins that has more steps than a pattern may; null when none has.</summary>
    public static int? TooLargeAt(PatternNode root)
    {
        int? place = null;
        return Size(root, ref place) + 1 > ChannelPattern.MostSteps ? place ?? root.At : null;
    }

    /// <summary>The steps; the pattern must not be too large.</summary>
    public static PatternStep[] Of(PatternNode root)
    {
        var steps = new List<PatternStep>();
        Write(root, steps);
        steps.Add(new PatternStep(PatternStepKind.End));
        return [.. steps];
    }

    private static long Size(PatternNode node, ref int? place)
    {
        var size = 0L;
        switch (node)
        {
            case PatternSequence sequence:
                foreach (var part in sequence.Parts) size += Size(part, ref place);
                break;
            case PatternChoice choice:
                foreach (var part in choice.Parts) size += Size(part, ref place) + 2;
                size -= 2;
                break;
            case PatternRepetition repetition:
                var one = Size(repetition.Part, ref place);

                // At least a step a repetition: one of nothing is written out too.
                size = Math.Max(1, one) * repetition.Least;
                size += repetition.Most is { } most ? (one + 1) * (most - repetition.Least) : one + 2;
                break;
            default:
                size = 1;
                break;
        }

        if (size > ChannelPattern.MostSteps) place ??= node.At;
        return Math.Min(size, int.MaxValue);
    }

    private static void Write(PatternNode node, List<PatternStep> steps)
    {
        switch (node)
        {
            case PatternSequence sequence:
                foreach (var part in sequence.Parts) Write(part, steps);
                break;
            case PatternChoice choice:
                WriteChoice(choice, steps);
                break;
            case PatternRepetition repetition:
                WriteRepetition(repetition, steps);
                break;
            case PatternElement element:
                steps.Add(new PatternStep(element.Kind, element.Set));
                break;
        }
    }

    private static void WriteChoice(PatternChoice choice, List<PatternStep> steps)
    {
        List<int> jumps = [];
        for (var i = 0; i < choice.Parts.Count; i++)
        {
            var isLast = i == choice.Parts.Count - 1;
            var split = steps.Count;
            if (!isLast) steps.Add(default);
            Write(choice.Parts[i], steps);
            if (isLast) break;
            jumps.Add(steps.Count);
            steps.Add(default);
            steps[split] = new PatternStep(PatternStepKind.Split, Target: steps.Count);
        }

        foreach (var jump in jumps) steps[jump] = new PatternStep(PatternStepKind.Jump, Target: steps.Count);
    }

    private static void WriteRepetition(PatternRepetition repetition, List<PatternStep> steps)
    {
        for (var i = 0; i < repetition.Least; i++) Write(repetition.Part, steps);
        if (repetition.Most is { } most)
        {
            List<int> splits = [];
            for (var i = repetition.Least; i < most; i++)
            {
                splits.Add(steps.Count);
                steps.Add(default);
                Write(repetition.Part, steps);
            }

            foreach (var split in splits) steps[split] = new PatternStep(PatternStepKind.Split, Target: steps.Count);
            return;
        }

        var loop = steps.Count;
        steps.Add(default);
        Write(repetition.Part, steps);
        steps.Add(new PatternStep(PatternStepKind.Jump, Target: loop));
        steps[loop] = new PatternStep(PatternStepKind.Split, Target: steps.Count);
    }
}
