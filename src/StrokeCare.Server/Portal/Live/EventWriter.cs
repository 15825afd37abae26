using System.Text;

namespace StrokeCare.Server.Portal;

/// <summary>Writes a <c>text/event-stream</c>. An event that its reader does not take in good time ends in a <see cref="TimeoutException"/>.</summary>
internal sealed class EventWriter(HttpContext http, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Proxies end a connection on which nothing moves, and one that has lost its other end shows it by this.</summary>
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(15);

    private long lastSent = time.GetTimestamp();

    public async Task BeginAsync(CancellationToken ct)
    {
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers["X-Accel-Buffering"] = "no";
        http.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpResponseBodyFeature>()?.DisableBuffering();
        await SendAsync(": open\n\n", ct);
    }

    /// <summary>The data is one line, as JSON is.</summary>
    public Task SendAsync(string name, string data, string? id, CancellationToken ct) =>
        SendAsync($"{(id is null ? "" : $"id: {id}\n")}event: {name}\ndata: {data}\n\n", ct);

    public Task StirAsync(CancellationToken ct) => time.GetElapsedTime(lastSent) < LongestSilence ? Task.CompletedTask : SendAsync(":\n\n", ct);

    private async Task SendAsync(string text, CancellationToken ct)
    {
        lastSent = time.GetTimestamp();
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);
        try
        {
            await http.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(text), either.Token);
            await http.Response.Body.FlushAsync(either.Token);
        }
        catch (OperationCanceledException late) when (patience.IsCancellationRequested && !ct.IsCancellationRequested)
        {
            throw new TimeoutException("The reader of a stream is too slow.", late);
        }
    }
}
