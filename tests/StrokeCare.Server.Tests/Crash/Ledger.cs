using System.Collections.Concurrent;

namespace StrokeCare.Server.Tests.Crash;

/// <summary>One registration a client wants, under one key until it is acknowledged.</summary>
internal sealed record WantedPatient(string Key, bool ByDoctor, IReadOnlyDictionary<string, object?> Body)
{
    /// <summary>In the record as last_name: which registration made it.</summary>
    public string Marker => Key;

    /// <summary>It asks for an MRN that another record has or had: 409 is a right answer.</summary>
    public bool Contested { get; init; }

    /// <summary>Sent without an Idempotency-Key: it cannot be repeated.</summary>
    public bool Keyless { get; init; }
}

/// <summary>What an acknowledged version of an appointment says: whose it is, when, and how it stands.</summary>
internal sealed record BookedTime(string PatientId, string StartsAt, string Status);

/// <summary>
/// What the clients of one lane were promised: every acknowledged version of every record, and what they still want.
/// It outlives the servers; the stores are held against it.
/// </summary>
internal sealed class Ledger
{
    private readonly ConcurrentDictionary<string, WantedPatient> wanted = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> idOfKey = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> keyOfId = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Id, long Version), string> versions = new();
    private readonly ConcurrentDictionary<string, int> reads = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> imported = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Id, long Version), (string PatientId, string Diagnosis)> entries = new();
    private readonly ConcurrentDictionary<(string Id, long Version), BookedTime> appointments = new();
    private readonly ConcurrentDictionary<string, long> hours = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> violations = new();
    private int times;

    public Ledger() => People = new People(Violation);

    /// <summary>Every acknowledged version, with the first_name it was given ("" where a change gave none).</summary>
    public IReadOnlyDictionary<(string Id, long Version), string> Versions => versions;

    /// <summary>Every acknowledged version of every history entry: whose it is and what it says.</summary>
    public IReadOnlyDictionary<(string Id, long Version), (string PatientId, string Diagnosis)> Entries => entries;

    /// <summary>Every acknowledged version of every appointment.</summary>
    public IReadOnlyDictionary<(string Id, long Version), BookedTime> Appointments => appointments;

    /// <summary>The last acknowledged version of each doctor's hours.</summary>
    public IReadOnlyDictionary<string, long> Hours => hours;

    /// <summary>How many acknowledged reads each record had.</summary>
    public IReadOnlyDictionary<string, int> Reads => reads;

    /// <summary>Source keys of imports that ended well.</summary>
    public IReadOnlyCollection<string> SourceKeys => [.. imported.Keys];

    /// <summary>Who registered themselves, or wanted to.</summary>
    public People People { get; }

    /// <summary>What may stand in a record as last_name.</summary>
    public IReadOnlyCollection<string> Keys => [.. wanted.Keys, .. People.All.Where(person => person.WithRecord).Select(person => person.Name)];

    public IReadOnlyCollection<string> Violations => [.. violations];

    public IReadOnlyList<WantedPatient> Unacknowledged => [.. wanted.Values.Where(w => !idOfKey.ContainsKey(w.Key))];

    public IReadOnlyList<(WantedPatient Patient, string Id)> Acknowledged => [.. idOfKey.Select(pair => (wanted[pair.Key], pair.Value))];

    public WantedPatient PatientOf(string id) => wanted[keyOfId[id]];

    /// <summary>An MRN that some record has or had.</summary>
    public string? AnyMrn(Random random)
    {
        var with = idOfKey.Keys.Where(key => wanted[key].Body.ContainsKey("mrn")).ToList();
        return with.Count == 0 ? null : (string?)wanted[with[random.Next(with.Count)]].Body["mrn"];
    }

    public void Wants(WantedPatient patient) => wanted[patient.Key] = patient;

    /// <summary>Answered with 409: right if it was contested, and then nothing of it may be stored.</summary>
    public void Refused(WantedPatient patient)
    {
        if (!patient.Contested) Violation($"register {patient.Key}: refused, but nobody else has its MRN");
        wanted.TryRemove(patient.Key, out _);
    }

    public void Registered(WantedPatient patient, string id, string firstName)
    {
        var first = idOfKey.GetOrAdd(patient.Key, id);
        if (first != id) Violation($"key {patient.Key} was answered with two ids: {first} and {id}");
        keyOfId.TryAdd(id, patient.Key);
        versions.TryAdd((id, 1), firstName);
    }

    public void Changed(string id, long version, string firstName)
    {
        if (!versions.TryAdd((id, version), firstName)) Violation($"patient {id} version {version} was acknowledged twice");
    }

    public void Wrote(string id, long version, string patientId, string diagnosis)
    {
        if (!entries.TryAdd((id, version), (patientId, diagnosis))) Violation($"history entry {id} version {version} was acknowledged twice");
    }

    public void Booked(string id, long version, BookedTime said)
    {
        if (!appointments.TryAdd((id, version), said)) Violation($"appointment {id} version {version} was acknowledged twice");
    }

    public void SetHours(int doctor, long version) => hours.AddOrUpdate(doctor.ToString(System.Globalization.CultureInfo.InvariantCulture), version, (_, old) => Math.Max(old, version));

    /// <summary>A date and a time that no other round has.</summary>
    public (string Date, string Time) NextTime()
    {
        var (day, slot) = Math.DivRem(Interlocked.Increment(ref times), 16);
        var date = TimeProvider.System.GetUtcNow().AddDays(60 + day).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
        return (date, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{8 + (slot / 2):00}:{slot % 2 * 30:00}"));
    }

    /// <summary>An import ended well: its rows are there.</summary>
    public void Imported(IEnumerable<string> sourceKeys)
    {
        foreach (var key in sourceKeys) imported.TryAdd(key, true);
    }

    public void Read(string id) => reads.AddOrUpdate(id, 1, (_, n) => n + 1);

    public void Violation(string what) => violations.Enqueue(what);
}
