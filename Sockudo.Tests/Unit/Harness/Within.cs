namespace Sockudo.Tests.Unit.Harness;

/// <summary>Waits with a deadline, so that a signal that never comes is a failure and not a hang.</summary>
internal static class Within
{
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    public static Task DeadlineAsync(this Task task) => task.WaitAsync(Deadline);

    public static Task<T> DeadlineAsync<T>(this Task<T> task) => task.WaitAsync(Deadline);
}
