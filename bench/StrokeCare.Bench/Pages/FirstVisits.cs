using System.Collections.Concurrent;
using Microsoft.Playwright;
using StrokeCare.Browser.Tests.Support;

namespace StrokeCare.Bench.Pages;

/// <summary>Every page of the portal, met by a browser that has kept nothing of it.</summary>
internal sealed class FirstVisits(Visitors visitors, Sizes size, TimeProvider time)
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    public async Task<IReadOnlyList<Visit>> MeasureAsync(CancellationToken ct)
    {
        var addresses = new Addresses(visitors, time);
        var visits = new List<Visit>();
        foreach (var listed in PageList.All)
        {
            var address = await addresses.OfAsync(listed, ct);
            var (paints, bytes) = (new List<double>(), 0);
            for (var round = 0; round <= size.Rounds; round++)
            {
                var (paint, transferred) = await VisitAsync(listed, address, ct);
                // The first one is the server's first as well: it is compiled then.
                if (round > 0) paints.Add(paint);
                bytes = Math.Max(bytes, transferred);
            }

            visits.Add(new() { Route = listed.Route, As = listed.As, Paints = paints, Bytes = bytes });
        }

        return visits;
    }

    private async Task<(double Paint, int Bytes)> VisitAsync(ListedPage listed, string address, CancellationToken ct)
    {
        await using var context = await visitors.OpenAsync(listed.As);
        var page = await context.NewPageAsync();
        var (begun, finished) = (new ConcurrentQueue<IRequest>(), new ConcurrentQueue<IRequest>());
        page.Request += (_, request) => begun.Enqueue(request);
        page.RequestFinished += (_, request) => finished.Enqueue(request);
        var answer = await page.GotoAsync(address);
        if (answer?.Status != 200) throw new InvalidOperationException($"{listed} at {address} answered {answer?.Status}: nothing was measured.");
        var paint = await PaintAsync(page, ct);
        await RestAsync(begun, finished, ct);
        var bytes = 0;
        foreach (var request in finished)
        {
            var sizes = await request.SizesAsync();
            bytes += sizes.ResponseBodySize + sizes.ResponseHeadersSize;
        }

        return (paint, bytes);
    }

    private async Task<double> PaintAsync(IPage page, CancellationToken ct)
    {
        for (var began = time.GetTimestamp(); time.GetElapsedTime(began) < Limit; await Task.Delay(20, ct))
        {
            var paint = await page.EvaluateAsync<double>("performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? -1");
            if (paint >= 0) return paint;
        }

        throw new InvalidOperationException($"{page.Url} painted nothing within {Limit}.");
    }

    // An open page's stream never ends.
    private async Task RestAsync(ConcurrentQueue<IRequest> begun, ConcurrentQueue<IRequest> finished, CancellationToken ct)
    {
        var (quietSince, known) = (time.GetTimestamp(), begun.Count);
        for (var began = time.GetTimestamp(); time.GetElapsedTime(quietSince) < Quiet; await Task.Delay(20, ct))
        {
            if (time.GetElapsedTime(began) > Limit) throw new InvalidOperationException("A page did not come to rest: its bytes cannot be counted.");
            var isWaiting = begun.Except(finished).Any(request => !new Uri(request.Url).AbsolutePath.StartsWith("/live", StringComparison.Ordinal));
            if (!isWaiting && begun.Count == known) continue;
            (quietSince, known) = (time.GetTimestamp(), begun.Count);
        }
    }
}
