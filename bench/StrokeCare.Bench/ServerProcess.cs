using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;

namespace StrokeCare.Bench;

/// <summary>The portal as it ships, in a process of its own on a fresh SQLite database, with one doctor signed in.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private const string Username = "dr.lindqvist";
    private const string Password = "a-password-of-this-run-only";
    private static readonly Uri Address = new("http://127.0.0.1:5983");

    private readonly Process process;

    // With connections of its own, as many as it needs: sign-ins do not wait behind reads, nor reads behind them.
    private readonly HttpClient anonymous = new() { BaseAddress = Address };

    private ServerProcess(Process process) => this.process = process;

    /// <summary>Signed in.</summary>
    public HttpClient Client { get; } = new() { BaseAddress = Address };

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
        using (var create = Run(program, instance, ["create-user", "--username", Username, "--email", "lindqvist@example.org", "--role", "doctor", "--password-stdin"]))
        {
            await create.StandardInput.WriteLineAsync(Password);
            create.StandardInput.Close();
            await create.WaitForExitAsync(ct);
            if (create.ExitCode != 0) throw new InvalidOperationException($"create-user ended with {create.ExitCode}: {await create.StandardError.ReadToEndAsync(ct)}");
        }

        var serving = Run(program, instance, ["serve"]);
        var started = new ServerProcess(serving);
        try
        {
            await started.ReadyAsync(time, ct);
            using var answer = await started.SignInAsync(Username, ct);
            answer.EnsureSuccessStatusCode();
            var token = (await answer.Content.ReadFromJsonAsync<JsonElement>(ct)).GetProperty("access_token").GetString();
            started.Client.DefaultRequestHeaders.Authorization = new("Bearer", token);
            return started;
        }
        catch
        {
            await started.DisposeAsync();
            throw;
        }
    }

    /// <summary>The answer to a sign-in with the password that every account here has.</summary>
    public Task<HttpResponseMessage> SignInAsync(string username, CancellationToken ct) =>
        anonymous.PostAsJsonAsync("/api/auth/login", new { username, password = Password }, ct);

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
        Client.Dispose();
        anonymous.Dispose();
        if (!process.HasExited)
        {
            process.Kill();
            await process.WaitForExitAsync();
        }

        process.Dispose();
    }

    private async Task ReadyAsync(TimeProvider time, CancellationToken ct)
    {
        var began = time.GetTimestamp();
        while (time.GetElapsedTime(began) < TimeSpan.FromSeconds(30) && !process.HasExited)
        {
            try
            {
                using var answer = await Client.GetAsync(new Uri("/health/ready", UriKind.Relative), ct);
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
        if (arguments[0] == "serve")
        {
            started.ErrorDataReceived += (_, _) => { };
            started.BeginErrorReadLine();
        }

        return started;
    }
}
