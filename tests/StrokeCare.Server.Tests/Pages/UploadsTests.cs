using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using StrokeCare.Server.Portal;

namespace StrokeCare.Server.Tests.Pages;

public sealed class UploadsTests
{
    private const int Limit = 4 * 1024 * 1024;

    [Theory]
    [InlineData(1_000)]
    [InlineData(200_000)]
    [InlineData(Limit)]
    public async Task A_file_up_to_the_limit_is_held_in_memory_and_never_on_the_disk(int bytes)
    {
        var (http, kept) = await SentAsync(bytes);
        await Uploads.ReadAsync(http, new(Limit));
        Assert.Equal(bytes, Assert.Single(http.Request.Form.Files).Length);
        Assert.NotEmpty(kept.Streams);
        Assert.All(kept.Streams, stream => Assert.Equal((true, null), (stream.InMemory, stream.TempFileName)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task One_that_is_too_large_is_not_held_at_all_whether_or_not_it_says_its_length(bool isTold)
    {
        var (http, kept) = await SentAsync(2 * Limit);
        if (!isTold) http.Request.ContentLength = null;
        await Uploads.ReadAsync(http, new(Limit));
        Assert.NotNull(http.Features.Get<UploadFault>());
        Assert.Equal(HttpMethods.Get, http.Request.Method);
        Assert.All(kept.Streams, stream => Assert.Equal((true, null), (stream.InMemory, stream.TempFileName)));
    }

    private static async Task<(HttpContext Http, KeptStreams Kept)> SentAsync(int bytes)
    {
        var form = new MultipartFormDataContent { { new ByteArrayContent(new byte[bytes]), "file", "rows.csv" } };
        var (http, kept) = (new DefaultHttpContext(), new KeptStreams());
        http.Features.Set<IHttpResponseFeature>(kept);
        http.Features.Set<IHttpMaxRequestBodySizeFeature>(new AnySize());
        http.Request.Method = HttpMethods.Post;
        http.Request.ContentType = form.Headers.ContentType!.ToString();
        http.Request.ContentLength = form.Headers.ContentLength;
        // It comes over a line: what is read cannot be read again.
        http.Request.Body = PipeReader.Create(await form.ReadAsStreamAsync()).AsStream();
        return (http, kept);
    }

    /// <summary>What the framework wants to be rid of at the end of the request: the files it holds.</summary>
    private sealed class KeptStreams : HttpResponseFeature
    {
        public List<FileBufferingReadStream> Streams { get; } = [];

        public override void OnCompleted(Func<object, Task> callback, object state)
        {
            if (state is FileBufferingReadStream stream) Streams.Add(stream);
        }
    }

    private sealed class AnySize : IHttpMaxRequestBodySizeFeature
    {
        public bool IsReadOnly => false;

        public long? MaxRequestBodySize { get; set; }
    }
}
