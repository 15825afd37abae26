namespace StrokeCare.Bench;

/// <summary>Before anything is timed: both sides store the same fields with the same values, and read the same record back.</summary>
internal static class Parity
{
    public static async Task RequireAsync(IContest contest, SyntheticPatients people, CancellationToken ct)
    {
        foreach (var added in people.Next(20, claims: contest is not Contests.MongoContest))
        {
            await contest.Ours.AddAsync(added, ct);
            await contest.ByHand.AddAsync(added, ct);
            var (ours, byHand) = await contest.StoredAsync(added.Patient.Id.ToString(), ct);
            var different = ours.Keys.Union(byHand.Keys).Where(field => ours.GetValueOrDefault(field) != byHand.GetValueOrDefault(field)).ToList();
            if (different.Count > 0)
                throw new InvalidOperationException($"The two sides store different values of {string.Join(", ", different.Select(f => $"{f}: {ours.GetValueOrDefault(f)} / {byHand.GetValueOrDefault(f)}"))}.");
            if (await contest.Ours.FindAsync(added.Patient.Id, ct) is null || await contest.ByHandOnOurs.FindAsync(added.Patient.Id, ct) is null)
                throw new InvalidOperationException($"Patient {added.Patient.Id} was stored and is not found.");
        }

        var filter = new Patients.PatientFilter { Limit = 20 };
        var pages = (await contest.Ours.ListAsync(filter, ct)).SequenceEqual(await contest.ByHandOnOurs.ListAsync(filter, ct));
        if (!pages) throw new InvalidOperationException("The two sides read different pages.");
    }
}
