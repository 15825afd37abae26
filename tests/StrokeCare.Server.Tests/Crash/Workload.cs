using System.Collections.Concurrent;
using System.Globalization;

namespace StrokeCare.Server.Tests.Crash;

/// <summary>What may go wrong while it runs.</summary>
internal enum Trouble
{
    /// <summary>Nothing: each answer is a success or an honest refusal.</summary>
    None,

    /// <summary>The server throws somewhere: 5xx are in order.</summary>
    Throws,

    /// <summary>The server dies: no answer is in order, 5xx are not.</summary>
    Dies,

    /// <summary>A store dies: 503 is in order, and nothing else.</summary>
    StoreAway,
}

/// <summary>Seeded clients that register, change, archive, restore, read and book, and write down what they are promised.</summary>
internal sealed class Workload(ClinicStores stores, Ledger ledger, string name, int seed)
{
    // Before a client asks again a store that is away.
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(50);

    private readonly ConcurrentDictionary<string, (long Version, bool Archived)> seen = new(StringComparer.Ordinal);
    private readonly HistoryWork history = new(ledger);
    private readonly AppointmentWork appointments = new(ledger, stores.SignIns);
    private int made;
    private int answers;

    /// <summary>How many answers came.</summary>
    public int Answers => answers;

    /// <summary>Runs until each client has done its share, the server is gone, or <paramref name="until"/> says so.</summary>
    public async Task RunAsync(ServerProcess server, int clients, int each, Trouble trouble, Func<bool>? until = null)
    {
        var all = Enumerable.Range(0, clients).Select(client => Task.Run(() => ClientAsync(server, client, each, trouble, until ?? (() => false))));
        await Task.WhenAll(all);
    }

    /// <summary>Two servers at once give one record an MRN each, time after time: it takes one of them, and the other is told so.</summary>
    public async Task ContestAsync(ServerProcess one, ServerProcess other, int times)
    {
        var random = new Random(seed);
        using var first = new PatientClient(one.Address, stores.SignIns);
        using var second = new PatientClient(other.Address, stores.SignIns);
        for (var i = 0; i < times; i++)
        {
            var (what, registered) = await RegisterAsync(first, random);
            if (!registered.Succeeded)
            {
                ledger.Violation($"{what}: {registered}");
                continue;
            }

            var (id, marker) = (registered.Id, ledger.PatientOf(registered.Id).Marker);
            var wanted = (i % 2 == 0 ? new[] { first, second } : [second, first]).Select(http => (Http: http, FirstName: NextWord(), Mrn: NextName())).ToList();
            var told = await Task.WhenAll(wanted.Select(w => w.Http.UpdateAsync(id, 1, Details(random, marker, w.FirstName, w.Mrn))));
            var won = Array.FindIndex(told, answer => answer.Succeeded);
            if (won >= 0) Acknowledged(id, told[won].Version, archived: false, wanted[won].FirstName);
            if (won < 0 || told[1 - won].Status != 412) ledger.Violation($"two updates of {id}: {told[0]}, {told[1]}");
        }
    }

    /// <summary>A registration nobody has asked for yet.</summary>
    public WantedPatient NewPatient(Random random, string? mrnOfAnother = null)
    {
        var key = NextName();
        var patient = new WantedPatient(key, ByDoctor: random.Next(2) == 0, Details(random, key, "first", mrnOfAnother ?? (random.Next(2) == 0 ? key : null)))
        {
            Contested = mrnOfAnother is not null,
        };
        ledger.Wants(patient);
        return patient;
    }

    /// <summary>A registration by an admin, who gives the patient to a doctor.</summary>
    public WantedPatient NewPatientOf(string doctor, Random random)
    {
        var key = NextName();
        var body = Details(random, key, "first", null);
        body["assigned_doctor_id"] = int.Parse(doctor, CultureInfo.InvariantCulture);
        var patient = new WantedPatient(key, ByDoctor: false, body);
        ledger.Wants(patient);
        return patient;
    }

    /// <summary>Somebody new, who has not asked for anything yet.</summary>
    public WantedPerson NewPerson(bool withRecord, bool keyed)
    {
        var person = new WantedPerson(NextName(), withRecord, keyed);
        ledger.People.Wants(person);
        return person;
    }

    private async Task ClientAsync(ServerProcess server, int client, int each, Trouble trouble, Func<bool> until)
    {
        var random = new Random((seed * 31) + client);
        using var http = new PatientClient(server.Address, stores.SignIns);
        for (var i = 0; i < each && !until(); i++)
        {
            var (what, answer) = i == 0 ? await RegisterAsync(http, random) : await StepAsync(http, random);
            if (answer.Status == 0)
            {
                if (!await server.DiesWithinAsync(TimeSpan.FromSeconds(3))) ledger.Violation($"{what}: {answer} from a living server");
                return;
            }

            Interlocked.Increment(ref answers);
            var isAway = answer.Status == 503 && trouble == Trouble.StoreAway;
            if (isAway) await Task.Delay(Breath);
            else if (answer.Status >= 500 && trouble != Trouble.Throws) ledger.Violation($"{what}: {answer}");
            if (answer.Status is >= 400 and < 500 and not 409 and not 412) ledger.Violation($"{what}: {answer}");
        }
    }

    private Task<(string What, Answer Answer)> StepAsync(PatientClient http, Random random)
    {
        var dice = random.Next(100);
        if (dice < 10 && ledger.AnyMrn(random) is { } taken) return RegisterAsync(http, random, taken);
        if (dice < 30 || seen.IsEmpty) return RegisterAsync(http, random);
        var (id, known) = seen.ElementAt(random.Next(seen.Count));
        if (dice < 50 && !known.Archived) return appointments.StepAsync(http, random, id, NextName());
        if (dice < 65) return UpdateAsync(http, random, id, known);
        if (dice < 75) return ArchiveOrRestoreAsync(http, id, known);
        if (dice < 87 && !known.Archived) return history.StepAsync(http, random, id, NextName());
        return dice < 95 ? ReadAsync(http, id, known) : ListAsync(http);
    }

    private async Task<(string What, Answer Answer)> RegisterAsync(PatientClient http, Random random, string? mrnOfAnother = null)
    {
        var patient = NewPatient(random, mrnOfAnother);
        var answer = await http.RegisterAsync(patient);
        if (answer.Succeeded)
        {
            ledger.Registered(patient, answer.Id, "first");
            seen.TryAdd(answer.Id, (1, false));
        }
        else if (answer.Status == 409)
        {
            ledger.Refused(patient);
        }

        return ($"register {patient.Key}", answer);
    }

    private async Task<(string What, Answer Answer)> UpdateAsync(PatientClient http, Random random, string id, (long Version, bool Archived) known)
    {
        var firstName = NextWord();
        var registered = ledger.PatientOf(id);
        var mrn = random.Next(3) == 0 ? NextName() : registered.Body.GetValueOrDefault("mrn") as string;
        var answer = await http.UpdateAsync(id, known.Version, Details(random, registered.Marker, firstName, mrn));
        if (answer.Succeeded) Acknowledged(id, answer.Version, known.Archived, firstName);
        else if (answer.Status is 409 or 412) await LookAgainAsync(http, id);
        return ($"update {id}", answer);
    }

    private async Task<(string What, Answer Answer)> ArchiveOrRestoreAsync(PatientClient http, string id, (long Version, bool Archived) known)
    {
        var answer = known.Archived ? await http.RestoreAsync(id, known.Version) : await http.ArchiveAsync(id, known.Version);
        if (answer.Succeeded) Acknowledged(id, known.Version + 1, !known.Archived, "");
        else if (answer.Status is 409 or 412) await LookAgainAsync(http, id);
        return ($"{(known.Archived ? "restore" : "archive")} {id}", answer);
    }

    private async Task<(string What, Answer Answer)> ReadAsync(PatientClient http, string id, (long Version, bool Archived) known)
    {
        var answer = await LookAgainAsync(http, id);
        if (answer.Succeeded && answer.Version < known.Version)
            ledger.Violation($"patient {id} was read at version {answer.Version} after {known.Version} was acknowledged");
        return ($"read {id}", answer);
    }

    private static async Task<(string What, Answer Answer)> ListAsync(PatientClient http) => ("list", await http.ListAsync());

    private async Task<Answer> LookAgainAsync(PatientClient http, string id)
    {
        var answer = await http.GetAsync(id);
        if (!answer.Succeeded) return answer;
        ledger.Read(id);
        Saw(id, answer.Version, answer.Archived);
        return answer;
    }

    private void Acknowledged(string id, long version, bool archived, string firstName)
    {
        ledger.Changed(id, version, firstName);
        Saw(id, version, archived);
    }

    private void Saw(string id, long version, bool archived) =>
        seen.AddOrUpdate(id, (version, archived), (_, old) => version > old.Version ? (version, archived) : old);

    /// <summary>A name that nobody else has.</summary>
    public string NextName() => string.Create(CultureInfo.InvariantCulture, $"{name}-{Interlocked.Increment(ref made):00000}");

    /// <summary>A name as people have it, of letters alone, that this round has not seen.</summary>
    private string NextWord()
    {
        var letters = new char[6];
        for (var (i, number) = (letters.Length - 1, Interlocked.Increment(ref made)); i >= 0; i--, number /= 26) letters[i] = (char)('a' + (number % 26));
        return new string(letters);
    }

    private static Dictionary<string, object?> Details(Random random, string lastName, string firstName, string? mrn)
    {
        var details = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["gender"] = random.Next(2) == 0 ? "female" : "male",
            ["age"] = random.Next(18, 95),
            ["hypertension"] = random.Next(2) == 0,
            ["heart_disease"] = random.Next(2) == 0,
            ["avg_glucose_level"] = random.Next(60, 250),
            ["bmi"] = random.Next(18, 45),
            ["first_name"] = firstName,
            ["last_name"] = lastName,
        };
        if (mrn is not null) details["mrn"] = mrn;
        return details;
    }
}
