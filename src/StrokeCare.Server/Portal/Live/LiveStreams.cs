using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using StrokeCare.Accounts;
using StrokeCare.Server.Api;

namespace StrokeCare.Server.Portal;

/// <summary>
/// The stream of one open page: when its session ends, its live part anew when that has changed, and that its reader is
/// gone. Who reads is asked of the stores before each of these, and every <see cref="Look"/> while nothing happens.
/// </summary>
internal sealed class LiveStreams(
    LiveFeed feed, ContinueSessionHandler sessions, PortalCookie cookie, IHostApplicationLifetime lifetime, ILoggerFactory loggers, TimeProvider time)
{
    /// <summary>Less than the second that is promised, for the look itself.</summary>
    public static readonly TimeSpan Look = TimeSpan.FromMilliseconds(750);

    /// <summary>Not sooner after a drawing comes the next, and not sooner than ten times as long as it took.</summary>
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);

    // Nothing here is ever within HTML: the browser reads JSON and puts the drawing in by itself.
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public async Task<IResult> AnswerAsync(HttpContext http, ILivePart? part)
    {
        var caller = await Caller.BindAsync(http);
        if (lifetime.ApplicationStopping.IsCancellationRequested) return Later(http, StatusCodes.Status503ServiceUnavailable);
        using var page = feed.Open(caller.Actor.Id, part);
        if (page is null) return Later(http, StatusCodes.Status429TooManyRequests);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, lifetime.ApplicationStopping);
        try
        {
            await RunAsync(http, page, ending.Token);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // Left, cut off or shut down: the page, if there still is one, asks again.
        }
        catch (Exception lost) when (lost is TimeoutException or StoreUnavailableException)
        {
            // Too slow to go on with; or a store is away, which the page is told when it asks again.
            http.Abort();
        }

        return Results.Empty;
    }

    private async Task RunAsync(HttpContext http, LivePage page, CancellationToken ct)
    {
        var (origin, browser) = (Origins.Of(http), cookie.Read(http)!.Value);
        var events = new EventWriter(http, time);
        await events.BeginAsync(ct);
        // The page was made for one session. Somebody else may have signed in since, in the same browser.
        var isOthers = http.Request.Query["of"].FirstOrDefault() is { Length: > 0 } of && of != OpenPage.MarkOf(browser.Session, browser.Epoch);
        var (told, shown, next, isDue) = (default(SessionEnd), http.Request.Headers["Last-Event-ID"].FirstOrDefault(), time.GetTimestamp(), false);
        while (true)
        {
            if (isOthers || await sessions.LookAsync(browser, origin, ct) is not { } resolved)
            {
                await events.SendAsync("gone", "{}", null, ct);
                return;
            }

            if (SessionEnd.Of(resolved) is var end && end != told) await events.SendAsync("until", Serialize(OpenPage.Until(told = end, time)), null, ct);
            isDue |= page.TakeDue() || page.Part is { HasMoved: true };
            if (isDue && page.Part is { } part && time.GetTimestamp() >= next)
            {
                var begun = time.GetTimestamp();
                shown = await DrawAsync(http, part, shown, resolved.Actor, events, ct);
                isDue = false;
                next = time.GetTimestamp() + (long)(Longest(ShortestPause, time.GetElapsedTime(begun) * 10).TotalSeconds * time.TimestampFrequency);
            }

            await events.StirAsync(ct);
            // While it may not be drawn yet, being woken for it would lead to nothing.
            if (isDue && page.Part is not null) await Task.Delay(Look, time, ct);
            else await page.WaitAsync(Look, time, ct);
        }
    }

    /// <summary>Answers what the page shows now.</summary>
    private async Task<string?> DrawAsync(HttpContext http, ILivePart part, string? shown, Actor actor, EventWriter events, CancellationToken ct)
    {
        var read = await part.ReadAsync(actor, ct);
        if (!read.Succeeded) return shown;
        var drawing = read.Value;
        if (drawing.Mark == shown)
        {
            drawing.HadAlready();
            return shown;
        }

        var html = await HtmlOfAsync(http, drawing);
        await drawing.SeenAsync(ct);
        await events.SendAsync("part", Serialize(new { html, says = drawing.Says }), drawing.Mark, ct);
        return drawing.Mark;
    }

    private async Task<string> HtmlOfAsync(HttpContext http, LiveDrawing drawing)
    {
        await using var renderer = new HtmlRenderer(http.RequestServices, loggers);
        return await renderer.Dispatcher.InvokeAsync(async () =>
            (await renderer.RenderComponentAsync(drawing.Component, ParameterView.FromDictionary(drawing.Parameters))).ToHtmlString());
    }

    private static TimeSpan Longest(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private static string Serialize<T>(T value) => JsonSerializer.Serialize(value, Json);

    private static Microsoft.AspNetCore.Http.HttpResults.StatusCodeHttpResult Later(HttpContext http, int status)
    {
        http.Response.Headers.RetryAfter = "1";
        return TypedResults.StatusCode(status);
    }
}
