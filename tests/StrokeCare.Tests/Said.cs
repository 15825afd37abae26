using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace StrokeCare.Tests;

/// <summary>Keeps how loud it was told of what.</summary>
internal sealed class Said : ILogger
{
    private readonly ConcurrentQueue<LogLevel> levels = [];

    public IEnumerable<LogLevel> Levels => levels;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        levels.Enqueue(logLevel);
}
