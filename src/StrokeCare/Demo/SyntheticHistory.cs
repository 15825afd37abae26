using StrokeCare.History;
using StrokeCare.Patients;

namespace StrokeCare.Demo;

/// <summary>What stands in the history of somebody made up: what they have, when it was found, and what was done.</summary>
internal static class SyntheticHistory
{
    private static readonly (string Diagnosis, string Treatment, string Notes)[] Strokes =
    [
        ("Ischaemic stroke, left middle cerebral artery territory", "Thrombolysis with alteplase 2 h 40 min after onset; aspirin 300 mg for two weeks, then clopidogrel 75 mg.", "NIHSS 9 on arrival, 3 at discharge. Mild expressive dysphasia, right arm weakness. Speech therapy twice a week."),
        ("Ischaemic stroke, right middle cerebral artery territory", "Outside the time window for thrombolysis. Aspirin 300 mg, then clopidogrel 75 mg; atorvastatin 80 mg.", "NIHSS 6. Left-sided neglect. Occupational therapy at home, no driving until reviewed."),
        ("Ischaemic stroke, basilar artery occlusion", "Mechanical thrombectomy, TICI 2b. Intensive care for three days.", "Modified Rankin scale 3 at 90 days. Swallowing safe on soft diet."),
        ("Lacunar infarct, left internal capsule", "Clopidogrel 75 mg, perindopril 4 mg, atorvastatin 40 mg.", "Pure motor hemiparesis, walking with a stick after four weeks."),
        ("Intracerebral haemorrhage, right basal ganglia", "Blood pressure lowered below 140 mmHg systolic; antiplatelets stopped.", "Haematoma 18 ml, no intervention. Fatigue and low mood at follow-up."),
        ("Cerebellar infarct", "Aspirin 300 mg, then clopidogrel 75 mg. Observed for swelling, none seen.", "Ataxia improving. Vestibular physiotherapy."),
    ];

    private static readonly (string Diagnosis, string Treatment, string Notes)[] Warnings =
    [
        ("Transient ischaemic attack", "Aspirin 300 mg at once; clopidogrel 75 mg and atorvastatin 40 mg from then on.", "Twenty minutes of slurred speech, resolved. MRI without acute lesion. Advised not to drive for a month."),
        ("Amaurosis fugax, left eye", "Carotid duplex the same day; clopidogrel 75 mg.", "Curtain over the left eye for five minutes. Left internal carotid stenosis 55 %."),
        ("Carotid stenosis, right, 72 %", "Carotid endarterectomy offered and accepted.", "Asymptomatic since the operation. Duplex in six months."),
        ("Suspected TIA, not confirmed", "No change of treatment.", "Migraine with aura thought more likely. Headache diary."),
    ];

    private static readonly (string Diagnosis, string Treatment, string Notes)[] Visits =
    [
        ("Follow-up after stroke", "Treatment unchanged.", "Walking further each week. Blood pressure diary brought along. Back to gardening."),
        ("Follow-up, blood pressure", "Amlodipine raised to 10 mg.", "Home readings above 150 mmHg in the mornings. Salt discussed."),
        ("Low mood after stroke", "Sertraline 50 mg; referred to psychology.", "PHQ-9 of 14. Sleeps badly, wife reports tearfulness."),
        ("Post-stroke fatigue", "Graded activity, iron and thyroid checked: normal.", "Naps in the afternoon help. Returns to work two half days a week."),
        ("Spasticity, right arm", "Botulinum toxin to the forearm flexors; splint at night.", "Hand opens better, hygiene easier. Next injections in twelve weeks."),
        ("Fall at home", "No fracture. Falls clinic; rails fitted in the bathroom.", "Tripped over a rug. No loss of consciousness."),
        ("Smoking cessation", "Varenicline for twelve weeks.", "Quit date agreed. Has cut down from 20 to 8 a day."),
        ("Medication review", "Simvastatin replaced by atorvastatin 20 mg.", "Muscle aches gone since. LDL 1.7 mmol/l."),
    ];

    /// <summary>What is written after <paramref name="now"/> is left out: it has not happened.</summary>
    public static IReadOnlyList<HistoryText> Of(SyntheticBody body, Dice dice, DateTimeOffset registered, DateTimeOffset now)
    {
        var entries = new List<HistoryText>();
        if (body.Hypertension) entries.Add(Text(("Essential hypertension", body.Treated ? dice.Of(["Ramipril 5 mg.", "Amlodipine 5 mg.", "Perindopril 4 mg, indapamide 1.5 mg.", "Losartan 50 mg."]) : "Lifestyle advice; declines tablets for now.", $"Systolic {body.Pressure:0} mmHg at the first visit."), registered.AddDays(-dice.Whole(0, 2500))));
        if (body.Diabetes) entries.Add(Text(("Type 2 diabetes mellitus", dice.Of(["Metformin 500 mg twice daily.", "Metformin 1 g twice daily, empagliflozin 10 mg.", "Diet alone."]), "Eyes and feet checked by the practice nurse."), registered.AddDays(-dice.Whole(0, 3000))));
        if (body.AtrialFibrillation) entries.Add(Text(("Atrial fibrillation", dice.Of(["Apixaban 5 mg twice daily.", "Rivaroxaban 20 mg.", "Warfarin, INR 2 to 3.", "Edoxaban 60 mg."]), "Found on a 24 h ECG. Bleeding risk discussed."), registered.AddDays(-dice.Whole(0, 900))));
        if (body.HeartDisease) entries.Add(Text((dice.Of(["Myocardial infarction", "Stable angina", "Heart failure with reduced ejection fraction"]), "Under cardiology.", "Exercise tolerance two flights of stairs."), registered.AddDays(-dice.Whole(30, 3500))));
        if (body.Stroke) entries.Add(Text(dice.Of(Strokes), registered.AddDays(-dice.Whole(1, 60))));
        else if (dice.Chance(0.55)) entries.Add(Text(dice.Of(Warnings), registered.AddDays(-dice.Whole(0, 21))));
        for (var at = registered.AddDays(dice.Whole(14, 300)); at < now && entries.Count < 6; at = at.AddDays(dice.Whole(200, 1200))) entries.Add(Text(dice.Of(Visits), at));
        if (body.Smoking == SmokingStatus.Smokes && dice.Chance(0.4)) entries.Add(Text(Visits[6], registered));
        return [.. entries.OrderBy(entry => entry.RecordDate)];
    }

    private static HistoryText Text((string Diagnosis, string Treatment, string Notes) said, DateTimeOffset at) =>
        new() { Diagnosis = said.Diagnosis, Treatment = said.Treatment, Notes = said.Notes, RecordDate = at };
}
