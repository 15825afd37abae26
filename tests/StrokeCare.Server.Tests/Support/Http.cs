using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace StrokeCare.Server.Tests.Support;

/// <summary>Short words for requests, and for what must be true of their answers.</summary>
public static class Http
{
    public const string PatientsPath = "/api/patients";
    public const string Register = "/api/patients/register";

    public static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    public static StringContent Json(JsonObject body) => Json(body.ToJsonString());

    public static Task<HttpResponseMessage> PostAsync(this HttpClient client, string path, JsonObject body, params (string Name, string Value)[] headers) =>
        client.SendAsync(HttpMethod.Post, path, body, headers);

    public static Task<HttpResponseMessage> SendAsync(this HttpClient client, HttpMethod method, string path, JsonObject? body, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(method, path) { Content = body is null ? null : Json(body) };
        foreach (var (name, value) in headers) Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        return client.SendAsync(request);
    }

    public static async Task<JsonObject> ObjectAsync(this HttpResponseMessage response, HttpStatusCode expected = HttpStatusCode.OK)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(expected == response.StatusCode, $"{(int)response.StatusCode} instead of {(int)expected}: {text}");
        return (JsonObject)JsonNode.Parse(text)!;
    }

    /// <summary>A problem of this status and code, complete, with exactly these fields at fault if any are named.</summary>
    public static async Task<JsonObject> ProblemAsync(this HttpResponseMessage response, HttpStatusCode status, string code, params string[] fields)
    {
        var problem = await response.ObjectAsync(status);
        Assert.Equal(new MediaTypeHeaderValue("application/problem+json"), response.Content.Headers.ContentType);
        Assert.Equal(code, (string?)problem["code"]);
        Assert.Equal((int)status, (int)problem["status"]!);
        Assert.Matches("^[0-9a-f]{32}$", (string?)problem["trace_id"]);
        if (fields.Length > 0) Assert.Equal(fields.Order(), ((JsonObject)problem["errors"]!).Select(e => e.Key).Order());
        return problem;
    }

    /// <summary>A record that every rule accepts.</summary>
    public static JsonObject APatient(string? mrn = null)
    {
        var body = (JsonObject)JsonNode.Parse(
            """
            {"gender":"Male","age":67,"hypertension":0,"heart_disease":1,"ever_married":"Yes","work_type":"Private",
             "residence_type":"Urban","avg_glucose_level":228.69,"bmi":36.6,"smoking_status":"formerly smoked"}
            """)!;
        if (mrn is not null) body["mrn"] = mrn;
        return body;
    }

    public static JsonObject With(this JsonObject body, string name, JsonNode? value)
    {
        body[name] = value;
        return body;
    }

    public static async Task<JsonObject> RegisterAsync(this HttpClient client, JsonObject? body = null) =>
        await (await client.PostAsync(Register, body ?? APatient())).ObjectAsync(HttpStatusCode.Created);

    public static string Id(this JsonObject record) => (string)record["id"]!;

    public static async Task<IReadOnlyList<JsonNode>> ItemsAsync(this HttpClient client, string path) =>
        [.. ((JsonArray)(await (await client.GetAsync(path)).ObjectAsync())["items"]!).OfType<JsonNode>()];
}
