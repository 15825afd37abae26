using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace StrokeCare.Server.Tests.Support;

/// <summary>One event of a stream.</summary>
public sealed record StreamEvent(string Name, string? Id, JsonNode Data);

/// <summary>A stream that a page holds open, read as it comes.</summary>
public sealed class EventReader : IAsyncDisposable
{
    // What is closed is not read to an end that never comes: by default that is tried for two seconds.
    private readonly HttpClient client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ResponseDrainTimeout = TimeSpan.Zero });
    private readonly Channel<StreamEvent> events = Channel.CreateUnbounded<StreamEvent>();
    private Task reading = Task.CompletedTask;

    public HttpResponseMessage Answer { get; private set; } = null!;

    public static async Task<EventReader> OpenAsync(RunningPortal portal, string path, string cookie, string? shown = null)
    {
        var stream = new EventReader();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(portal.Anonymous.BaseAddress!, path));
        request.Headers.Add("Cookie", cookie);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        if (shown is not null) request.Headers.Add("Last-Event-ID", shown);
        stream.Answer = await stream.client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        if (stream.Answer.Content.Headers.ContentType?.MediaType == "text/event-stream") stream.reading = stream.ReadAsync();
        return stream;
    }

    /// <summary>The next of this name; what comes before it is passed over. Null: the stream ended, or time was up.</summary>
    public async Task<StreamEvent?> NextAsync(string name, TimeSpan? atMost = null)
    {
        using var limit = new CancellationTokenSource(atMost ?? TimeSpan.FromSeconds(30));
        try
        {
            await foreach (var one in events.Reader.ReadAllAsync(limit.Token))
            {
                if (one.Name == name) return one;
            }

            return null;
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>Returns when the server has ended it.</summary>
    public Task EndedAsync() => reading;

    private async Task ReadAsync()
    {
        try
        {
            using var reader = new StreamReader(await Answer.Content.ReadAsStreamAsync());
            var fields = new Dictionary<string, string>(StringComparer.Ordinal);
            while (await reader.ReadLineAsync() is { } line)
            {
                if (line.Length > 0)
                {
                    var at = line.IndexOf(':', StringComparison.Ordinal);
                    fields[line[..at]] = line[(at + 1)..].Trim();
                }
                else
                {
                    if (fields.TryGetValue("event", out var name)) events.Writer.TryWrite(new(name, fields.GetValueOrDefault("id"), JsonNode.Parse(fields["data"])!));
                    fields.Clear();
                }
            }
        }
        catch (Exception cut) when (cut is IOException or HttpRequestException or ObjectDisposedException)
        {
            // By the server or by the test: either way nothing comes any more.
        }
        finally
        {
            events.Writer.Complete();
        }
    }

    public async ValueTask DisposeAsync()
    {
        Answer.Dispose();
        client.Dispose();
        await reading;
    }
}
