namespace Sockudo.Server.Configuration;

/// <summary>What an operator should know; the server starts.</summary>
/// <param name="Text">What is the matter.</param>
/// <param name="Fix">What to do about it.</param>
internal sealed record ConfigurationWarning(string Text, string Fix)
{
    /// <summary>One line for the console.</summary>
    public override string ToString() => $"{Text} Fix: {Fix}";
}
