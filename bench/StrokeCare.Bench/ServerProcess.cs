using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using StrokeCare.Demo;

namespace StrokeCare.Bench;

/// <summary>The portal as it ships, in a process of its own on a fresh SQLite database, with one doctor signed in.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private const string Username = "dr.lindqvist";
    private const string Password = "a-password-of-this-run-only";
    internal static readonly Uri Address = new("http://127.0.0.1:5983");

    private readonly Process process;

    // With connections of its own, as many as it needs: sign-ins do not wait behind reads, nor reads behind them.
    private readonly HttpClient anonymous = new() { BaseAddress = Address };

    private ServerProcess(Process process) => this.process = process;

    /// <summary>Signed in.</summary>
    public HttpClient Client { get; private set; } = null!;

    /// <summary>Processor time the portal has used so far.</summary>
    public TimeSpan Cpu
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
    }

    public static async Task<ServerProcess> StartAsync(string program, string instance, TimeProvider time, CancellationToken ct)
    {
        await RunToEndAsync(program, instance, ["create-user", "--username", Username, "--email", "lindqvist@example.org", "--role", "doctor", "--password-stdin"], Password, ct);
        return await ServeAsync(program, instance, "serve", Username, Password, time, ct);
    }

    /// <summary>On the clinic that <c>strokecare demo</c> makes, with its doctor signed in.</summary>
    public static async Task<ServerProcess> StartDemoAsync(string program, string instance, int patients, TimeProvider time, CancellationToken ct)
    {
        await RunToEndAsync(program, instance, ["demo", "--patients", patients.ToString(CultureInfo.InvariantCulture), "--fill-only"], "", ct);
        return await ServeAsync(program, instance, "demo", DemoPeople.DoctorName, DemoPeople.Password, time, ct);
    }

    /// <summary>A client with a token of this account's.</summary>
    public async Task<HttpClient> ClientOfAsync(string username, string password, CancellationToken ct)
    {
        using var answer = await SignInAsync(username, password, ct);
        answer.EnsureSuccessStatusCode();
        var token = (await answer.Content.ReadFromJsonAsync<JsonElement>(ct)).GetProperty("access_token").GetString();
        var client = new HttpClient { BaseAddress = Address };
        client.DefaultRequestHeaders.Authorization = new("Bearer", token);
        return client;
    }

    /// <summary>The answer to a sign-in with the password that every account here has.</summary>
    public Task<HttpResponseMessage> SignInAsync(string username, CancellationToken ct) => SignInAsync(username, Password, ct);

    /// <summary>Makes an account as anybody may.</summary>
    public async Task RegisterAccountAsync(string username, CancellationToken ct)
    {
        using var answer = await Client.PostAsJsonAsync("/api/auth/register", new { username, email = $"{username}@example.org", password = Password }, ct);
        if (!answer.IsSuccessStatusCode) throw new InvalidOperationException($"register answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(ct)}");
    }

    /// <summary>Registers one patient; answers its id.</summary>
    public async Task<string> RegisterAsync(CancellationToken ct)
    {
        var person = new
        {
            gender = "Female",
            age = 66,
            hypertension = true,
            heart_disease = false,
            ever_married = true,
            work_type = "Private",
            residence_type = "Urban",
            avg_glucose_level = 128.5,
            bmi = 27.4,
            smoking_status = "never smoked",
            mrn = "SC-1",
            first_name = "Ingrid",
            last_name = "Berg",
            sbp = 148,
            bp_treated = true,
        };
        using var answer = await Client.PostAsJsonAsync("/api/patients/register", person, ct);
        if (!answer.IsSuccessStatusCode) throw new InvalidOperationException($"register answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(ct)}");
        return (await answer.Content.ReadFromJsonAsync<JsonElement>(ct)).GetProperty("patient_id").GetString()!;
    }

    public async ValueTask DisposeAsync()
    {
        Client?.Dispose();
        anonymous.Dispose();
        if (!process.HasExited)
        {
            process.Kill();
            await process.WaitForExitAsync();
        }

        process.Dispose();
    }

    private static async Task RunToEndAsync(string program, string instance, string[] arguments, string input, CancellationToken ct)
    {
        using var run = Run(program, instance, arguments);
        await run.StandardInput.WriteLineAsync(input);
        run.StandardInput.Close();
        var complaints = await run.StandardError.ReadToEndAsync(ct);
        await run.WaitForExitAsync(ct);
        if (run.ExitCode != 0) throw new InvalidOperationException($"{arguments[0]} ended with {run.ExitCode}: {complaints}");
    }

    private static async Task<ServerProcess> ServeAsync(
        string program, string instance, string verb, string username, string password, TimeProvider time, CancellationToken ct)
    {
        var serving = Run(program, instance, [verb]);
        serving.ErrorDataReceived += (_, _) => { };
        serving.BeginErrorReadLine();
        var started = new ServerProcess(serving);
        try
        {
            await started.ReadyAsync(time, ct);
            started.Client = await started.ClientOfAsync(username, password, ct);
            return started;
        }
        catch
        {
            await started.DisposeAsync();
            throw;
        }
    }

    private Task<HttpResponseMessage> SignInAsync(string username, string password, CancellationToken ct) =>
        anonymous.PostAsJsonAsync("/api/auth/login", new { username, password }, ct);

    private async Task ReadyAsync(TimeProvider time, CancellationToken ct)
    {
        var began = time.GetTimestamp();
        while (time.GetElapsedTime(began) < TimeSpan.FromSeconds(30) && !process.HasExited)
        {
            try
            {
                using var answer = await anonymous.GetAsync(new Uri("/health/ready", UriKind.Relative), ct);
                if (answer.IsSuccessStatusCode) return;
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), time, ct);
        }

        throw new InvalidOperationException("The portal was not ready within 30 seconds.");
    }

    private static Process Run(string program, string instance, string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [program, .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetDirectoryName(instance)!,
        };
        start.Environment["STROKECARE_INSTANCE"] = instance;
        start.Environment["STROKECARE_URLS"] = Address.AbsoluteUri.TrimEnd('/');
        start.Environment["DATABASE_URL"] = $"sqlite:///{Path.Combine(instance, "bench.db")}";
        start.Environment["USE_MONGODB"] = "false";
        var started = Process.Start(start)!;
        started.OutputDataReceived += (_, _) => { };
        started.BeginOutputReadLine();
        return started;
    }
}
